//! Advice for whoever has no command line.

/// A text of advice without the options of the command that it names, which stand in parentheses: `a quantile (--cost
/// under=U,over=O)` is `a quantile`.
///
/// ```
/// use dartboard_advice::without_options;
///
/// assert_eq!(without_options("predictions (--pred) or logits (--logits) of new rows"), "predictions or logits of new rows");
/// assert_eq!(without_options("a mean (or a median)"), "a mean (or a median)");
/// ```
pub fn without_options(text: &str) -> String {
    let mut parts = text.split(" (--");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.split_once(')').map_or("", |(_, after)| after));
    }
    kept
}
