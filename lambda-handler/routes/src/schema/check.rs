//! Whether a value fits, and if not, what and where.

use std::fmt;

use super::Id;
use super::instance::Instance;
use super::place::below;
use super::rule::Rule;

/// Steps for any body, and for each byte of it: a schema applied to a value is one, and what takes longer the larger
/// the value is has more ([`Rule::steps`]). Schemas that refer to themselves in several places of one `anyOf` would
/// else take time that doubles with each level of the body.
const STEPS: usize = 10_000;
const STEPS_PER_BYTE: usize = 32;

/// How deep schemas may be applied within each other: a level of the body needs a few.
const DEPTH: usize = 512;

/// Characters of a place or a name in a message, which come from the caller.
const SHOWN: usize = 200;

/// What does not fit, and where: on the way out each level adds its step.
pub(super) struct Misfit<'s, 'i> {
    demand: Demand<'s>,
    /// The last step comes first.
    way: Vec<Step<'i>>,
}

/// What a value must do.
enum Demand<'s> {
    Rule(&'s Rule),
    /// Have the property.
    Have(&'s str),
    /// As the value's name.
    OfName(Box<Demand<'s>>),
}

enum Step<'i> {
    Name(&'i str),
    Item(usize),
}

type Fits<'s, 'i> = Result<(), Misfit<'s, 'i>>;

/// One check of one body.
pub(super) struct Check<'s> {
    schemas: &'s [Vec<Rule>],
    /// Left of the budget.
    steps: usize,
    depth: usize,
    is_exhausted: bool,
}

impl<'s> Check<'s> {
    /// A check of a body of that many bytes.
    pub(super) fn new(schemas: &'s [Vec<Rule>], bytes: usize) -> Self {
        Self {
            schemas,
            steps: STEPS + STEPS_PER_BYTE * bytes,
            depth: 0,
            is_exhausted: false,
        }
    }

    /// Whether the budget was used up: what was found then means nothing.
    pub(super) fn is_exhausted(&self) -> bool {
        self.is_exhausted
    }

    /// Whether `instance` fits a schema.
    pub(super) fn schema<'i>(&mut self, id: Id, instance: &'i Instance<'i>) -> Fits<'s, 'i> {
        self.take(1);
        if self.depth == DEPTH {
            self.is_exhausted = true;
        }
        let schemas = self.schemas;
        if self.is_exhausted {
            return Ok(());
        }
        self.depth += 1;
        let fits = schemas[id]
            .iter()
            .try_for_each(|rule| self.rule(rule, instance));
        self.depth -= 1;
        fits
    }

    fn take(&mut self, steps: usize) {
        match self.steps.checked_sub(steps) {
            Some(left) => self.steps = left,
            None => self.is_exhausted = true,
        }
    }

    fn has(&mut self, id: Id, instance: &Instance<'_>) -> bool {
        self.schema(id, instance).is_ok()
    }

    fn rule<'i>(&mut self, rule: &'s Rule, instance: &'i Instance<'i>) -> Fits<'s, 'i> {
        self.take(rule.steps(instance));
        if self.is_exhausted {
            return Ok(());
        }
        let fits = match rule {
            Rule::Never => false,
            Rule::Type(types) => types.iter().any(|kind| kind.has(instance)),
            Rule::Enum(allowed) => {
                let order = |value: &Instance<'_>| value.cmp(instance);
                allowed.values.binary_search_by(order).is_ok()
            }
            Rule::Range(range, limit) => match instance {
                Instance::Number(number) => range.has(number, limit),
                _ => true,
            },
            Rule::MultipleOf(of) => match instance {
                Instance::Number(number) => number.is_multiple(*of),
                _ => true,
            },
            Rule::Count(what, range, count) => what
                .of(instance)
                .is_none_or(|found| range.has(&found, count)),
            Rule::Pattern(pattern) => match instance {
                Instance::Text(text) => pattern.is_in(text),
                _ => true,
            },
            Rule::UniqueItems => match instance {
                Instance::Array(items) => is_unique(items),
                _ => true,
            },
            Rule::Ref(id) => return self.schema(*id, instance),
            Rule::AllOf(ids) => return ids.iter().try_for_each(|id| self.schema(*id, instance)),
            Rule::AnyOf(ids) => ids.iter().any(|id| self.has(*id, instance)),
            Rule::OneOf(ids) => {
                let fitting = ids.iter().filter(|id| self.has(**id, instance));
                fitting.take(2).count() == 1
            }
            Rule::Not(id) => !self.has(*id, instance),
            Rule::If {
                test,
                then,
                or_else,
            } => {
                let branch = match self.has(*test, instance) {
                    true => then,
                    false => or_else,
                };
                return branch.map_or(Ok(()), |id| self.schema(id, instance));
            }
            Rule::Contains { schema, min, max } => match instance {
                Instance::Array(items) => {
                    let fitting = items.iter().filter(|item| self.has(*schema, item)).count();
                    fitting >= *min && max.is_none_or(|max| fitting <= max)
                }
                _ => true,
            },
            Rule::Items { first, rest } => return self.items(first, *rest, instance),
            _ => return self.object_rule(rule, instance),
        };
        match fits {
            true => Ok(()),
            false => Err(Misfit::of(Demand::Rule(rule))),
        }
    }

    fn items<'i>(
        &mut self,
        first: &[Id],
        rest: Option<Id>,
        instance: &'i Instance<'i>,
    ) -> Fits<'s, 'i> {
        let Instance::Array(items) = instance else {
            return Ok(());
        };
        for (place, item) in items.iter().enumerate() {
            let Some(id) = first.get(place).copied().or(rest) else {
                break;
            };
            self.schema(id, item)
                .map_err(|misfit| misfit.within(Step::Item(place)))?;
        }
        Ok(())
    }

    fn object_rule<'i>(&mut self, rule: &'s Rule, instance: &'i Instance<'i>) -> Fits<'s, 'i> {
        let Instance::Object(entries) = instance else {
            return Ok(());
        };
        match rule {
            Rule::Required(names) => have(names, instance),
            Rule::DependentRequired(name, others) if instance.property(name).is_some() => {
                have(others, instance)
            }
            Rule::DependentSchema(name, id) if instance.property(name).is_some() => {
                self.schema(*id, instance)
            }
            Rule::PropertyNames(id) => entries.iter().try_for_each(|(name, _)| {
                let text = Instance::Text(name.as_ref().into());
                let demand = self.schema(*id, &text).err().map(|misfit| misfit.demand);
                demand.map_or(Ok(()), |demand| {
                    let misfit = Misfit::of(Demand::OfName(Box::new(demand)));
                    Err(misfit.within(Step::Name(name)))
                })
            }),
            Rule::Properties {
                named,
                patterns,
                rest,
            } => entries.iter().try_for_each(|(name, value)| {
                let place = named.binary_search_by(|(own, _)| own.as_str().cmp(name));
                let own = place.ok().and_then(|place| named.get(place));
                let matching = patterns.iter().filter(|(pattern, _)| pattern.is_in(name));
                let own = own.map(|(_, id)| *id).into_iter();
                let mut ids = own.chain(matching.map(|(_, id)| *id)).peekable();
                let rest = rest.filter(|_| ids.peek().is_none());
                ids.chain(rest).try_for_each(|id| {
                    self.schema(id, value)
                        .map_err(|misfit| misfit.within(Step::Name(name)))
                })
            }),
            _ => Ok(()),
        }
    }
}

fn have<'s, 'i>(names: &'s [String], instance: &Instance<'_>) -> Fits<'s, 'i> {
    let missing = names.iter().find(|name| instance.property(name).is_none());
    missing.map_or(Ok(()), |name| Err(Misfit::of(Demand::Have(name))))
}

/// Sorted, equal items are neighbours: no pair by pair.
fn is_unique(items: &[Instance<'_>]) -> bool {
    let mut sorted: Vec<_> = items.iter().collect();
    sorted.sort_unstable();
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}

impl<'s, 'i> Misfit<'s, 'i> {
    fn of(demand: Demand<'s>) -> Self {
        let way = Vec::new();
        Self { demand, way }
    }

    fn within(mut self, step: Step<'i>) -> Self {
        self.way.push(step);
        self
    }

    /// In words; `place` is a JSON pointer to the value that was checked.
    pub(super) fn at(&self, place: &str) -> String {
        let steps = self.way.iter().rev().map(|step| match step {
            Step::Name(name) => below("", name),
            Step::Item(place) => format!("/{place}"),
        });
        let place = place.to_owned() + &steps.collect::<String>();
        let place = match place.as_str() {
            "" => "it".to_owned(),
            place => format!("`{}`", shown(place)),
        };
        format!("{place} must {}", self.demand)
    }
}

impl fmt::Display for Demand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(rule) => rule.fmt(f),
            Self::Have(name) => write!(f, "have the property `{name}`"),
            Self::OfName(demand) => write!(f, "have another name: it must {demand}"),
        }
    }
}

/// A text as a message may repeat it.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
