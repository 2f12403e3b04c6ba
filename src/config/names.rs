//! The names of the application and of its stages.

use super::Error;
use super::problems::shown;

/// What a name may be, in words.
pub const RULE: &str =
    "lower-case letters, digits and single hyphens, a letter first, at most 40 characters";
/// Characters of one name.
pub const NAME_MAX: usize = 40;
/// Characters of both names together. An IAM role is named app-stage-region and has 64; the
/// longest name of a region has 15, one more is left for a region to come.
pub(super) const PAIR_MAX: usize = 64 - 2 - 16;

/// Whether the text is a name by [`RULE`].
pub fn is_name(text: &str) -> bool {
    text.len() <= NAME_MAX
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.split('-').all(|part| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        })
}

/// Checks a stage's name before anything is read.
///
/// API Gateway would allow more, but the stage is part of every name that gatewayq gives, and
/// those have the strictest rule and the shortest limit of all services.
///
/// # Errors
/// [`Error::Stage`] with the rule.
pub fn validate_stage(stage: &str) -> Result<(), Error> {
    if is_name(stage) {
        return Ok(());
    }
    Err(Error::Stage { name: shown(stage) })
}
