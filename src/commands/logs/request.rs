//! The log of one request: the function, the API and the access log know it by ids of their own, and some lines
//! have two of them.

use super::group::Group;
use super::line::Line;
use crate::engine::{Error, Runtime};
use regex_lite::Regex;
use std::collections::BTreeSet;

/// Ids that are looked for, the one that was asked for included: of one request there are the API's, its extended
/// one, and Lambda's, once more for an authorizer's function.
const IDS: usize = 8;

/// Where one line names another id of the same request: the function's own lines, the access log, and API Gateway's
/// line on its call of the function ("AWS Integration Endpoint RequestId : …").
const OTHERS: &str = r#""(?:request_id|api_request_id|requestId|extendedRequestId)":"([A-Za-z0-9=_-]{8,64})"|Endpoint RequestId : ([0-9a-f-]{36})|^\(([0-9a-f-]{36})\)|RequestId: ([0-9a-f-]{36})"#;

/// Every line of the request with this id, by time. `group` makes a group's reader for a filter pattern.
///
/// # Errors
/// A log cannot be read, or Ctrl-C.
pub(super) async fn lines(
    runtime: &Runtime,
    id: &str,
    groups: &dyn Fn(&str) -> Vec<Group>,
) -> Result<Vec<Line>, Error> {
    let (mut asked, mut open) = (BTreeSet::new(), vec![id.to_owned()]);
    let mut found: Vec<Line> = Vec::new();
    while let Some(id) = open.pop() {
        if asked.len() == IDS || !asked.insert(id.clone()) {
            continue;
        }
        for mut group in groups(&quoted(&id)) {
            while group.peek(runtime).await?.is_some() {
                let Some(line) = group.pop() else { break };
                if found.iter().any(|known| known.is(&line)) {
                    continue;
                }
                open.extend(ids(line.message()));
                found.push(line);
            }
        }
    }
    found.sort_by_key(|line| line.time);
    Ok(found)
}

/// A phrase of CloudWatch's filter patterns, which takes everything as it is.
fn quoted(id: &str) -> String {
    format!("\"{id}\"")
}

fn ids(message: &str) -> Vec<String> {
    let Ok(others) = Regex::new(OTHERS) else {
        return Vec::new();
    };
    let all = others.captures_iter(message);
    let all = all.flat_map(|found| {
        let groups = found.iter().skip(1).flatten();
        groups.map(|id| id.as_str().to_owned()).collect::<Vec<_>>()
    });
    all.collect()
}

#[cfg(test)]
mod tests {
    use super::ids;

    const ONE: &str = "11111111-2222-3333-4444-555555555555";
    const TWO: &str = "66666666-7777-8888-9999-000000000000";

    #[test]
    fn a_line_names_the_other_ids_of_its_request() {
        let api = format!("({ONE}) AWS Integration Endpoint RequestId : {TWO}");
        assert_eq!(ids(&api), [ONE, TWO]);
        let function =
            format!(r#"{{"level":"ERROR","request_id":"{ONE}","api_request_id":"{TWO}"}}"#);
        assert_eq!(ids(&function), [ONE, TWO]);
        let access = format!(r#"{{"requestId":"{ONE}","extendedRequestId":"XyZ123EoEF2="}}"#);
        assert_eq!(ids(&access), [ONE, "XyZ123EoEF2="]);
        assert_eq!(
            ids(&format!("START RequestId: {ONE} Version: $LATEST")),
            [ONE]
        );
        assert!(ids("hello").is_empty());
    }
}
