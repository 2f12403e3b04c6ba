//! Paths and their parents.

/// `/a/b` is `/`, `/a`, `/a/b`.
pub(super) fn ancestors(path: &str) -> Vec<String> {
    let cuts = path.match_indices('/').map(|(at, _)| at).skip(1);
    let mut all = vec!["/".to_owned()];
    all.extend(cuts.map(|at| path[..at].to_owned()));
    if path != "/" {
        all.push(path.to_owned());
    }
    all
}

pub(super) fn parent(path: &str) -> Option<&str> {
    match path.rsplit_once('/')? {
        ("", "") => None,
        ("", _) => Some("/"),
        (parent, _) => Some(parent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_brings_its_parents() {
        assert_eq!(ancestors("/"), ["/"]);
        assert_eq!(ancestors("/a/{b}/c"), ["/", "/a", "/a/{b}", "/a/{b}/c"]);
        assert_eq!(
            (parent("/"), parent("/a"), parent("/a/b")),
            (None, Some("/"), Some("/a"))
        );
    }
}
