//! A resource path as API Gateway's CreateResource accepts it, part by part.

use std::collections::BTreeSet;

use gatewayq_routes::path::{Segment, parameters, segment};

/// Says what is wrong with a path.
pub(super) fn check(path: &str) -> Result<(), String> {
    let Some(rest) = path.strip_prefix('/') else {
        return Err("it has to begin with `/`".to_owned());
    };
    if path.len() > 1024 {
        return Err("allowed: at most 1024 characters".to_owned());
    }
    if rest.is_empty() {
        return Ok(());
    }
    rest.split('/').try_for_each(check_part)?;
    let mut before_last = rest.split('/').rev().skip(1);
    if let Some(part) = before_last.find(|part| matches!(segment(part), Segment::Greedy(_))) {
        return Err(format!(
            "`{part}` takes all that follows, so it has to be last"
        ));
    }
    let mut seen = BTreeSet::new();
    match parameters(path).find(|name| !seen.insert(*name)) {
        Some(name) => Err(format!("the variable `{{{name}}}` is there twice")),
        None => Ok(()),
    }
}

fn check_part(part: &str) -> Result<(), String> {
    let word = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let (good, allowed) = match segment(part) {
        Segment::Variable(name) | Segment::Greedy(name) => (
            !name.is_empty() && name.chars().all(word),
            "letters, digits and `. _ -` in the braces, and perhaps a last `+`",
        ),
        Segment::Literal(text) => (
            text.chars().all(|c| word(c) || c == ':'),
            "letters, digits and `. _ - :`, or a variable in braces",
        ),
    };
    match part {
        "" => Err("a part between two slashes, or behind the last, is empty".to_owned()),
        "." | ".." => Err(format!(
            "the part `{part}` is refused: clients resolve it before they send a request"
        )),
        _ if !good => Err(format!("the part `{part}` is refused; allowed: {allowed}")),
        _ => Ok(()),
    }
}

/// The resources that a path needs, each a beginning of it: `/a/{b}` has the root (empty), `/a`
/// and itself.
pub(super) fn resources(path: &str) -> impl Iterator<Item = &str> {
    let whole = path.trim_end_matches('/');
    let slashes = whole.match_indices('/');
    slashes
        .map(|(slash, _)| whole.split_at(slash).0)
        .chain([whole])
}
