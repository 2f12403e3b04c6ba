//! Numbers as JSON Schema compares them: by their value, however they are written.

use std::cmp::Ordering;
use std::fmt;

/// Whole numbers below this are kept whole; all of 64 bits are, and floats that have no fraction.
const WHOLE_LIMIT: f64 = 1e30;

/// A number. What is beyond 64 bits is rounded to a float, as most readers of JSON do.
#[derive(Debug, Clone, Copy)]
pub(super) enum Number {
    /// Below [`WHOLE_LIMIT`], with no fraction.
    Whole(i128),
    /// Any other.
    Float(f64),
}

impl From<f64> for Number {
    fn from(number: f64) -> Self {
        match number.fract() == 0.0 && number.abs() < WHOLE_LIMIT {
            true => Self::Whole(number as i128),
            false => Self::Float(number),
        }
    }
}

impl Number {
    /// Whether it has no fraction: `1.0` is an integer too.
    pub(super) fn is_integer(self) -> bool {
        match self {
            Self::Whole(_) => true,
            Self::Float(number) => number.fract() == 0.0,
        }
    }

    /// Whether it is above zero.
    pub(super) fn is_positive(self) -> bool {
        self > Self::Whole(0)
    }

    /// Whether it is `of`, which is above zero, taken some whole number of times. Reckoned in decimal digits, for
    /// nobody who writes 0.1 means the float next to it.
    pub(super) fn is_multiple(self, of: Self) -> bool {
        let ((digits, exponent), (of_digits, of_exponent)) = (self.decimal(), of.decimal());
        let shift = exponent - of_exponent;
        if shift >= 0 {
            // Below 10^31: the product stays within 128 bits. A rest of nothing stays nothing.
            let mut rest = digits % of_digits;
            for _ in 0..shift {
                if rest == 0 {
                    break;
                }
                rest = rest * 10 % of_digits;
            }
            return rest == 0;
        }
        let power = 10_u128.checked_pow(shift.unsigned_abs());
        match power.and_then(|power| of_digits.checked_mul(power)) {
            Some(of_digits) => digits % of_digits == 0,
            None => digits == 0,
        }
    }

    /// The digits and the power of ten that they are multiplied with, without the sign.
    fn decimal(self) -> (u128, i32) {
        let number = match self {
            Self::Whole(number) => return (number.unsigned_abs(), 0),
            Self::Float(number) => number.abs(),
        };
        // The shortest text that is this float: `1.25e-7`.
        let text = format!("{number:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let exponent: i32 = exponent.parse().unwrap_or_default();
        let places = i32::try_from(fraction.len()).unwrap_or_default();
        let digits = format!("{whole}{fraction}").parse().unwrap_or_default();
        (digits, exponent - places)
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let float = |number: &Self| match *number {
            Self::Whole(number) => number as f64,
            Self::Float(number) => number,
        };
        match (self, other) {
            (Self::Whole(one), Self::Whole(other)) => one.cmp(other),
            // A float here has a fraction, and so fewer than 53 bits before it, or is beyond all whole ones: rounding
            // the other does not bring the two together.
            _ => float(self).total_cmp(&float(other)),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn multiples_are_those_of_the_digits_that_are_written() {
        let float = Number::from;
        for (number, of) in [
            (1.1, 0.1),
            (0.0075, 0.0001),
            (19.99, 0.01),
            (1e308, 2.0),
            (0.0, 1e-300),
            (-4.5, 1.5),
            (1e300, 1e-300),
        ] {
            assert!(float(number).is_multiple(float(of)), "{number} {of}");
        }
        for (number, of) in [
            (0.007_51, 0.0001),
            (1e308, 0.123_456_789),
            (35.0, 1.5),
            (1e-300, 1.0),
            (1.0, 1e30),
        ] {
            assert!(!float(number).is_multiple(float(of)), "{number} {of}");
        }
    }

    #[test]
    fn whole_numbers_of_64_bits_are_told_apart() {
        let (max, below) = (
            Number::Whole(u64::MAX.into()),
            Number::Whole((u64::MAX - 1).into()),
        );
        assert!(below < max && Number::from(1e19) < max && max < Number::from(1e30));
        assert_eq!(Number::from(1.0), Number::Whole(1));
        assert!(Number::from(-0.0) == Number::Whole(0) && Number::from(0.5) > Number::Whole(0));
    }
}
