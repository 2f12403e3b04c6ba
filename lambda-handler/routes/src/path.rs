//! API Gateway path templates.

/// One part of a path template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment<'a> {
    /// Itself.
    Literal(&'a str),
    /// `{name}`: any one segment.
    Variable(&'a str),
    /// `{name+}`: all that follows.
    Greedy(&'a str),
}

/// What stands between two slashes of a path template.
#[must_use]
pub fn segment(part: &str) -> Segment<'_> {
    let variable = part
        .strip_prefix('{')
        .and_then(|part| part.strip_suffix('}'));
    match variable.map(|name| (name, name.strip_suffix('+'))) {
        Some((_, Some(name))) => Segment::Greedy(name),
        Some((name, None)) => Segment::Variable(name),
        None => Segment::Literal(part),
    }
}

/// The parts of a path template.
pub fn segments(path: &str) -> impl Iterator<Item = Segment<'_>> {
    path.split('/').map(segment)
}

/// The names of the parameters of a path template: `/a/{b}/{proxy+}` has `b` and `proxy`.
pub fn parameters(path: &str) -> impl Iterator<Item = &str> {
    segments(path).filter_map(|segment| match segment {
        Segment::Literal(_) => None,
        Segment::Variable(name) | Segment::Greedy(name) => Some(name),
    })
}

/// What a path template is without the names of its parameters: `/a/{}/{+}`. While a deploy
/// renames a parameter, requests come by the old name and by the new one.
#[must_use]
pub fn shape(path: &str) -> String {
    let parts: Vec<_> = segments(path)
        .map(|segment| match segment {
            Segment::Literal(part) => part,
            Segment::Variable(_) => "{}",
            Segment::Greedy(_) => "{+}",
        })
        .collect();
    parts.join("/")
}

/// Whether two path templates have the same [`shape`].
#[must_use]
pub fn same_shape(one: &str, other: &str) -> bool {
    let nameless = |segment| match segment {
        Segment::Variable(_) => Segment::Variable(""),
        Segment::Greedy(_) => Segment::Greedy(""),
        literal @ Segment::Literal(_) => literal,
    };
    segments(one)
        .map(nameless)
        .eq(segments(other).map(nameless))
}

#[cfg(test)]
mod tests {
    use super::{parameters, same_shape, shape};

    #[test]
    fn finds_plain_and_greedy_parameters() {
        let found: Vec<_> = parameters("/a/{b}/c{d}/{proxy+}").collect();
        assert_eq!(found, ["b", "proxy"]);
    }

    #[test]
    fn a_shape_is_all_but_the_names() {
        assert_eq!(shape("/a/{b}/{proxy+}"), "/a/{}/{+}");
        assert_eq!(shape("/"), "/");
        let paths = [
            "/", "/a", "/a/", "/a/{b}", "/a/{b+}", "/{a}/b", "/a/{b}/c", "/{a}/{b}",
        ];
        for (at, one) in paths.iter().enumerate() {
            for (other_at, other) in paths.iter().enumerate() {
                assert_eq!(same_shape(one, other), at == other_at, "{one} {other}");
                assert_eq!(shape(one) == shape(other), at == other_at, "{one} {other}");
            }
        }
        assert!(same_shape("/a/{b}/{c+}", "/a/{x}/{y+}"));
    }
}
