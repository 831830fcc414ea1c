//! Temporary until merged.
use crate::Operator;
pub(crate) fn compare(operator: Operator, wanted: &str, value: &str) -> bool {
    crate::evaluate::compare(operator, wanted, value, false) == Some(true)
}
pub(crate) fn date(text: &str) -> Option<i64> {
    crate::evaluate::time(text).map(|it| it.as_millisecond())
}
