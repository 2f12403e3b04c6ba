//! What a schema demands of a value, one keyword or a few that belong together.

use std::fmt;

use super::Id;
use super::instance::Instance;
use super::number::Number;
use super::pattern::Pattern;

/// One demand. It only says something about values of the type that it is for, as JSON Schema has it.
#[derive(Debug, Clone)]
pub(super) enum Rule {
    /// The schema `false`.
    Never,
    Type(Vec<Type>),
    Enum(Enum),
    Range(Range, Number),
    MultipleOf(Number),
    Count(Counted, Range, usize),
    Pattern(Pattern),
    UniqueItems,
    /// Names of properties that have to be there.
    Required(Vec<String>),
    /// Names that have to be there where the first one is.
    DependentRequired(String, Vec<String>),
    DependentSchema(String, Id),
    Ref(Id),
    AllOf(Vec<Id>),
    AnyOf(Vec<Id>),
    OneOf(Vec<Id>),
    Not(Id),
    If {
        test: Id,
        then: Option<Id>,
        or_else: Option<Id>,
    },
    Properties {
        /// In the order of the names.
        named: Vec<(String, Id)>,
        patterns: Vec<(Pattern, Id)>,
        rest: Option<Id>,
    },
    PropertyNames(Id),
    Items {
        first: Vec<Id>,
        rest: Option<Id>,
    },
    Contains {
        schema: Id,
        min: usize,
        max: Option<usize>,
    },
}

/// The values that are allowed.
#[derive(Debug, Clone)]
pub(super) struct Enum {
    /// In order.
    pub(super) values: Vec<Instance<'static>>,
    /// As messages list them.
    pub(super) words: String,
}

/// On which side of a limit a number has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Range {
    Min,
    MoreThan,
    Max,
    LessThan,
}

/// What is counted of a text, an array or an object.
#[derive(Debug, Clone, Copy)]
pub(super) enum Counted {
    Characters,
    Items,
    Properties,
}

/// A type of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

impl Rule {
    /// How many steps it is worth to look at a value, besides those of other schemas.
    pub(super) fn steps(&self, instance: &Instance<'_>) -> usize {
        match (self, instance) {
            (Self::Count(Counted::Characters, ..), Instance::Text(text)) => text.len() / 16,
            (Self::Pattern(_), Instance::Text(text)) => text.len() / 2,
            (Self::UniqueItems, Instance::Array(items)) => 8 * items.len(),
            (Self::Properties { patterns, .. }, Instance::Object(entries)) => {
                let names = entries.iter().map(|(name, _)| name.len() / 2 + 1);
                match patterns.len() {
                    0 => entries.len(),
                    patterns => patterns * names.sum::<usize>(),
                }
            }
            _ => 0,
        }
    }
}

impl Type {
    /// Each with the word for it.
    pub(super) const NAMED: [(&'static str, Self); 7] = [
        ("null", Self::Null),
        ("boolean", Self::Boolean),
        ("integer", Self::Integer),
        ("number", Self::Number),
        ("string", Self::String),
        ("array", Self::Array),
        ("object", Self::Object),
    ];

    /// Whether a value is of this type.
    pub(super) fn has(self, instance: &Instance<'_>) -> bool {
        match instance {
            Instance::Null => self == Self::Null,
            Instance::Bool(_) => self == Self::Boolean,
            Instance::Number(number) => {
                self == Self::Number || self == Self::Integer && number.is_integer()
            }
            Instance::Text(_) => self == Self::String,
            Instance::Array(_) => self == Self::Array,
            Instance::Object(_) => self == Self::Object,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "true or false",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::String => "a text",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

impl Range {
    /// Whether `value` is on the right side of `limit`.
    pub(super) fn has<T: Ord>(self, value: &T, limit: &T) -> bool {
        match self {
            Self::Min => value >= limit,
            Self::MoreThan => value > limit,
            Self::Max => value <= limit,
            Self::LessThan => value < limit,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Min => "at least",
            Self::MoreThan => "more than",
            Self::Max => "at most",
            Self::LessThan => "less than",
        }
    }
}

impl Counted {
    /// How many of them a value has; `None` where it has none by its type.
    pub(super) fn of(self, instance: &Instance<'_>) -> Option<usize> {
        match (self, instance) {
            (Self::Characters, Instance::Text(text)) => Some(text.chars().count()),
            (Self::Items, Instance::Array(items)) => Some(items.len()),
            (Self::Properties, Instance::Object(entries)) => Some(entries.len()),
            _ => None,
        }
    }

    fn words(self, count: usize) -> &'static str {
        match (self, count) {
            (Self::Characters, 1) => "character",
            (Self::Characters, _) => "characters",
            (Self::Items, 1) => "item",
            (Self::Items, _) => "items",
            (Self::Properties, 1) => "property",
            (Self::Properties, _) => "properties",
        }
    }
}

/// What comes behind "must".
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.write_str("not be there"),
            Self::Type(types) => {
                let words: Vec<_> = types.iter().map(|kind| kind.words()).collect();
                write!(f, "be {}", words.join(" or "))
            }
            Self::Enum(Enum { values, words }) if values.len() == 1 => write!(f, "be {words}"),
            Self::Enum(Enum { words, .. }) => write!(f, "be one of {words}"),
            Self::Range(range, limit) => write!(f, "be {} {limit}", range.words()),
            Self::MultipleOf(number) => write!(f, "be a multiple of {number}"),
            Self::Count(what, range, count) => {
                write!(f, "have {} {count} {}", range.words(), what.words(*count))
            }
            Self::Pattern(pattern) => write!(f, "match `{}`", pattern.text()),
            Self::UniqueItems => f.write_str("have no item twice"),
            Self::AnyOf(_) => f.write_str("fit at least one schema of `anyOf`"),
            Self::OneOf(_) => f.write_str("fit exactly one schema of `oneOf`"),
            Self::Not(_) => f.write_str("not fit the schema of `not`"),
            Self::Contains { min, max, .. } => {
                write!(f, "have at least {min}")?;
                max.map_or(Ok(()), |max| write!(f, " and at most {max}"))?;
                f.write_str(" of the items that `contains` describes")
            }
            // What does not fit these is told of the value or the property that does not.
            Self::Required(_)
            | Self::DependentRequired(..)
            | Self::DependentSchema(..)
            | Self::Ref(_)
            | Self::AllOf(_)
            | Self::If { .. }
            | Self::Properties { .. }
            | Self::PropertyNames(_)
            | Self::Items { .. } => f.write_str("fit the schema"),
        }
    }
}
