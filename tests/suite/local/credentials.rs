//! The keys that functions of the local AWS are given.
use crate::support::{python, workspace};

/// Ten environments of one function start at once. Making a key takes its time here, so that all of them ask before
/// the first has one.
const START_TOGETHER: &str = r#"
import secrets, sys, threading, time
sys.path.insert(0, sys.argv[1])
from emulator import credentials

def slowly(count, plain=secrets.token_hex):
    time.sleep(0.02)
    return plain(count)

secrets.token_hex = slowly
config = {"FunctionName": "f", "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:f",
          "Role": "arn:aws:iam::111122223333:role/f"}
together, keys = threading.Barrier(10), []

def start():
    together.wait()
    keys.append(credentials.execution_credentials(config)["AWS_ACCESS_KEY_ID"])

threads = [threading.Thread(target=start) for _ in range(10)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(keys), len(set(keys)), sum(map(credentials.is_stale, keys)))
"#;

#[test]
fn environments_that_start_together_get_the_same_keys_and_all_are_known() {
    let output = python::main()
        .command(["-c", START_TOGETHER])
        .arg(workspace().join("src/local"))
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        printed.trim(),
        "10 1 0",
        "started, keys, forgotten: {errors}"
    );
}
