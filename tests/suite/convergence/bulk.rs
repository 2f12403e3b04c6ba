//! Routes in bulk: one PutRestApi where AWS has it, single calls where an emulator has not.
use std::fmt::Write as _;
use std::time::Duration;

use super::lane::Lane;
use crate::support::proxy::{Record, Rule};

/// Real quotas, a hundred times as fast.
const PACE: f64 = 0.01;

fn lane() -> Lane {
    let lane = Lane::new();
    lane.proxy.rule(Rule::RateLimits { scale: PACE });
    lane.proxy.rule(Rule::PutRestApi);
    lane
}

/// Routes of every kind; the first `changed` of them ask for no key.
pub fn routes(count: usize, changed: usize) -> String {
    let mut config = "[app]\nname = \"shop\"\n".to_owned();
    for n in 0..count {
        let path = match n % 8 {
            1 => format!("/a{n}/{{id}}"),
            2 => format!("/a{n}/{{id}}/all"),
            3 => format!("/a{n}/{{proxy+}}"),
            _ => format!("/a{n}"),
        };
        let method = ["GET", "POST", "ANY"][n % 3];
        let auth = ["iam", "none"][n % 2];
        let key = n >= changed && n % 5 != 0;
        write!(
            config,
            "\n[[route]]\nmethod = \"{method}\"\npath = \"{path}\"\nauth = \"{auth}\"\napi_key = {key}\ntask = \"tasks.add\"\nargs = []\n"
        )
        .unwrap();
    }
    config
}

fn deployed(lane: &Lane, config: &str) -> Record {
    lane.project.configure(config);
    lane.proxy.reset();
    let deploy = lane.deploy().env("GATEWAYQ_PACE", PACE.to_string());
    deploy.limit(Duration::from_secs(300)).ok();
    lane.proxy.record()
}

#[test]
fn three_hundred_routes_need_no_more_calls_than_ten() {
    let (few, many) = (lane(), lane());
    let ten = deployed(&few, &routes(10, 0));
    let all = deployed(&many, &routes(300, 0));
    println!("10 routes: {} calls, 300: {}", ten.len(), all.len());
    assert!(all.len() <= 60, "{all}");
    assert_eq!(all.of("PutRestApi").len(), 1, "{all}");
    // How often the function is looked at is a matter of time.
    assert!(all.len() <= ten.len() + 5, "{ten}\n{all}");

    let again = deployed(&many, &routes(300, 0));
    assert_eq!(again.writes().len(), 0, "{again}");
    let change = deployed(&many, &routes(300, 63));
    println!("a change of 50: {} calls", change.len());
    assert!(change.len() <= 30, "{change}");
    assert_eq!(change.of("PutRestApi").len(), 1, "{change}");
    let again = deployed(&many, &routes(300, 63));
    assert_eq!(again.writes().len(), 0, "{again}");
}
