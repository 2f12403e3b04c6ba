//! The value of the tag by which a stage tells on which custom domain names it may be mapped. Without
//! it nobody could find a mapping whose `[domain]` is out of gatewayq.toml or has another name.

use crate::tags::OFF;

/// Between two names: a tag's value may have it, a host name has not.
const BETWEEN: char = '+';

/// The names in the mark.
pub(super) fn names(mark: &str) -> impl Iterator<Item = &str> {
    let names = mark.split(BETWEEN);
    names.filter(|name| !name.is_empty() && *name != OFF)
}

/// The mark with one name more.
pub(crate) fn with(mark: Option<&str>, name: &str) -> String {
    let mark = mark.unwrap_or_default();
    if names(mark).any(|known| known == name) {
        return mark.to_owned();
    }
    let all: Vec<&str> = std::iter::once(name).chain(names(mark)).collect();
    all.join(&BETWEEN.to_string())
}

/// The mark of one name, or of none.
pub(super) fn of(name: Option<&str>) -> &str {
    name.unwrap_or(OFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_added_once_and_none_is_forgotten() {
        assert_eq!(with(None, "a.test"), "a.test");
        assert_eq!(with(Some("off"), "a.test"), "a.test");
        assert_eq!(with(Some("a.test"), "a.test"), "a.test");
        let both = with(Some("a.test"), "b.test");
        assert_eq!(both, "b.test+a.test");
        assert_eq!(with(Some(&both), "a.test"), both);
        assert_eq!(names(&both).collect::<Vec<_>>(), ["b.test", "a.test"]);
        assert_eq!(names(of(None)).chain(names("")).count(), 0);
    }
}
