//! What a function in a VPC asks of its role.

use serde_json::{Value, json};

/// The statement by which Lambda makes and removes the function's network interfaces: what AWS's own policy for it has
/// (AWSLambdaVPCAccessExecutionRole), but for the logs. None of these actions can be limited to what is not there yet.
pub(crate) fn network_interfaces() -> Value {
    json!({
        "Sid": "AttachToTheVpc",
        "Effect": "Allow",
        "Action": [
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:UnassignPrivateIpAddresses",
        ],
        "Resource": "*",
    })
}
