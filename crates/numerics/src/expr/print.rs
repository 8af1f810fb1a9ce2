//! Expressions as a line of text: Unicode for terminals, LaTeX for documents.

use super::{Expr, Function, Node};

/// How a formula is written in one line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Unicode,
    Latex,
}

/// How tightly the outermost operation of a text binds, loosest first: what decides on parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    Cases,
    Sum,
    Product,
    Power,
    Atom,
}

/// Greek letters that parameters and functions are written with.
pub(super) const GREEK: [(&str, &str, &str); 12] = [
    ("alpha", "α", r"\alpha"),
    ("beta", "β", r"\beta"),
    ("gamma", "γ", r"\gamma"),
    ("delta", "δ", r"\delta"),
    ("epsilon", "ε", r"\varepsilon"),
    ("theta", "θ", r"\theta"),
    ("kappa", "κ", r"\kappa"),
    ("lambda", "λ", r"\lambda"),
    ("mu", "μ", r"\mu"),
    ("nu", "ν", r"\nu"),
    ("sigma", "σ", r"\sigma"),
    ("tau", "τ", r"\tau"),
];

impl Expr {
    /// The formula as a line of text.
    pub(super) fn line(self, notation: Line) -> String {
        self.render(notation).0
    }

    fn render(self, notation: Line) -> (String, Binding) {
        match self.node() {
            Node::Number(bits) => number(f64::from_bits(bits), notation),
            Node::Symbol(name) => (symbol(name, notation), Binding::Atom),
            Node::Sum(terms) => (sum(&terms, notation), Binding::Sum),
            Node::Product(bits, factors) => product(f64::from_bits(bits), &factors, notation),
            Node::Apply(function, argument) => {
                // LaTeX takes no second superscript, so a power of eˣ needs parentheses.
                let is_power = function == Function::Exp && notation == Line::Latex;
                (apply(function, argument, notation), if is_power { Binding::Power } else { Binding::Atom })
            }
            Node::Power(base, exponent) => {
                let base = base.within(Binding::Atom, notation);
                let text = match notation {
                    Line::Unicode => format!("{base}^{}", exponent.within(Binding::Atom, notation)),
                    Line::Latex => format!("{base}^{{{}}}", exponent.line(notation)),
                };
                (text, Binding::Power)
            }
            Node::Cases(mask, yes, no) => {
                let [subject, bound, yes, no] = [mask.subject, mask.bound, yes, no].map(|part| part.line(notation));
                let relation = match (notation, mask.strict) {
                    (_, true) => "<",
                    (Line::Unicode, false) => "≤",
                    (Line::Latex, false) => r"\le",
                };
                let text = match notation {
                    Line::Unicode => format!("{yes}  if {subject} {relation} {bound},  {no}  otherwise"),
                    Line::Latex => format!(
                        r"\begin{{cases}} {yes} & \text{{if }} {subject} {relation} {bound} \\ {no} & \text{{otherwise}} \end{{cases}}"
                    ),
                };
                (text, Binding::Cases)
            }
            Node::OverClasses(body) => over_classes(body, ("ⱼ", "j"), notation),
            Node::OverClassesFromC(body) => over_classes(body, ("(j ≥ c)", r"j \ge c"), notation),
        }
    }

    /// The formula, in parentheses if it binds more loosely than `least`.
    fn within(self, least: Binding, notation: Line) -> String {
        let (text, binding) = self.render(notation);
        if binding < least { parenthesised(&text) } else { text }
    }
}

fn over_classes(body: Expr, (unicode, latex): (&str, &str), notation: Line) -> (String, Binding) {
    let body = body.within(Binding::Product, notation);
    let text = match notation {
        Line::Unicode => format!("Σ{unicode} {body}"),
        Line::Latex => format!(r"\sum_{{{latex}}} {body}"),
    };
    (text, Binding::Product)
}

fn parenthesised(text: &str) -> String {
    format!("({text})")
}

fn number(value: f64, notation: Line) -> (String, Binding) {
    let sign = match (value < 0.0, notation) {
        (false, _) => "",
        (true, Line::Unicode) => "−",
        (true, Line::Latex) => "-",
    };
    let magnitude = value.abs();
    let (text, binding) = match (unit_fraction(magnitude), scientific(magnitude), notation) {
        (Some((_, glyph)), _, Line::Unicode) => (glyph.to_owned(), Binding::Atom),
        (Some((below, _)), _, Line::Latex) => (format!(r"\frac{{1}}{{{below}}}"), Binding::Atom),
        (_, Some((mantissa, exponent)), Line::Unicode) => {
            let times = if mantissa == "1" { String::new() } else { format!("{mantissa}·") };
            (format!("{times}10{}", superscript(exponent)), Binding::Product)
        }
        (_, Some((mantissa, exponent)), Line::Latex) => {
            let times = if mantissa == "1" { String::new() } else { format!(r"{mantissa} \cdot ") };
            (format!("{times}10^{{{exponent}}}"), Binding::Product)
        }
        _ => (format!("{magnitude}"), Binding::Atom),
    };
    (format!("{sign}{text}"), if value < 0.0 { Binding::Sum } else { binding })
}

/// The denominator of a fraction with the numerator 1, and its letter, for fractions that decimals do not say better.
pub(super) fn unit_fraction(value: f64) -> Option<(u32, &'static str)> {
    const FRACTIONS: [(u32, &str); 5] = [(2, "½"), (3, "⅓"), (4, "¼"), (6, "⅙"), (8, "⅛")];
    FRACTIONS.into_iter().find(|(below, _)| value == f64::from(*below).recip())
}

/// Mantissa and exponent of a number that has too many digits to be written out.
pub(super) fn scientific(value: f64) -> Option<(String, i32)> {
    if !value.is_finite() || value == 0.0 || (1e-5..1e9).contains(&value) {
        return None;
    }
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e')?;
    Some((mantissa.to_owned(), exponent.parse().ok()?))
}

fn symbol(name: &str, notation: Line) -> String {
    let (base, index) = name.split_once('_').map_or((name, None), |(base, index)| (base, Some(index)));
    let greek = GREEK.iter().find(|(word, ..)| *word == base);
    match notation {
        Line::Unicode => {
            let base = greek.map_or(base, |&(_, letter, _)| letter);
            match index {
                None => base.to_owned(),
                // Unicode has a subscript j but no subscript c.
                Some("j") => format!("{base}ⱼ"),
                Some(index) => format!("{base}_{index}"),
            }
        }
        Line::Latex => {
            let base = greek.map_or(base, |&(_, _, command)| command);
            index.map_or_else(|| base.to_owned(), |index| format!("{base}_{{{index}}}"))
        }
    }
}

fn sum(terms: &[(u64, Expr)], notation: Line) -> String {
    let (plus, minus, leading_minus) = match notation {
        Line::Unicode => (" + ", " − ", "−"),
        Line::Latex => (" + ", " - ", "-"),
    };
    let mut text = String::new();
    for (position, (bits, term)) in terms_in_order_of_writing(terms).into_iter().enumerate() {
        let coefficient = f64::from_bits(bits);
        text.push_str(match (position, coefficient < 0.0) {
            (0, false) => "",
            (0, true) => leading_minus,
            (_, false) => plus,
            (_, true) => minus,
        });
        text.push_str(&super::scaled(coefficient.abs(), term).within(Binding::Product, notation));
    }
    text
}

/// `1 − z` rather than `−z + 1`.
pub(super) fn terms_in_order_of_writing(terms: &[(u64, Expr)]) -> Vec<(u64, Expr)> {
    match terms {
        [first, last] if f64::from_bits(first.0) < 0.0 && is_positive_number(last) => vec![*last, *first],
        _ => terms.to_vec(),
    }
}

fn is_positive_number((bits, term): &(u64, Expr)) -> bool {
    matches!(term.node(), Node::Number(_)) && f64::from_bits(*bits) > 0.0
}

fn product(coefficient: f64, factors: &[(Expr, i32)], notation: Line) -> (String, Binding) {
    let (below, above): (Vec<_>, Vec<_>) = factors.iter().partition(|(_, power)| *power < 0);
    let negative = coefficient < 0.0;
    let numerator = factor_list(coefficient.abs(), &above, notation);
    let magnitude = if below.is_empty() {
        numerator.unwrap_or_else(|| "1".to_owned())
    } else {
        let alone = (coefficient.abs() != 1.0) as usize + above.len() <= 1;
        let below: Vec<_> = below.iter().map(|&(factor, power)| (factor, -power)).collect();
        let denominator = factor_list(1.0, &below, notation).unwrap_or_default();
        match notation {
            Line::Latex => {
                let bare = |list: &[(Expr, i32)], text: String| match *list {
                    [(only, 1)] => only.line(notation),
                    _ => text,
                };
                let top = match numerator {
                    Some(text) if coefficient.abs() == 1.0 => bare(&above, text),
                    Some(text) => text,
                    None => "1".to_owned(),
                };
                format!(r"\frac{{{top}}}{{{}}}", bare(&below, denominator))
            }
            Line::Unicode => {
                let top = numerator.unwrap_or_else(|| "1".to_owned());
                let top = if alone { top } else { parenthesised(&top) };
                let bottom = if below.len() > 1 { parenthesised(&denominator) } else { denominator };
                format!("{top}/{bottom}")
            }
        }
    };
    let binding = match (negative, factors, coefficient.abs() == 1.0) {
        (true, ..) => Binding::Sum,
        (false, [(_, power)], true) if *power > 1 => Binding::Power,
        _ => Binding::Product,
    };
    let minus = match (negative, notation) {
        (false, _) => "",
        (true, Line::Unicode) => "−",
        (true, Line::Latex) => "-",
    };
    (format!("{minus}{magnitude}"), binding)
}

fn is_symbol(expr: Expr) -> bool {
    matches!(expr.node(), Node::Symbol(_))
}

/// Short symbols first, sums in parentheses last, as one writes by hand: δ(|r| − ½δ), (1 − y) ln(p).
pub(super) fn in_order_of_writing(factors: &[(Expr, i32)]) -> Vec<(Expr, i32)> {
    let (mut first, last): (Vec<_>, Vec<_>) = factors.iter().partition(|(factor, _)| is_symbol(*factor));
    first.extend(last);
    first
}

/// `coefficient a b²`, `None` where nothing but a coefficient of 1 is left.
fn factor_list(coefficient: f64, factors: &[(Expr, i32)], notation: Line) -> Option<String> {
    let factors = in_order_of_writing(factors);
    let texts: Vec<String> = factors
        .iter()
        .map(|&(factor, power)| {
            if power == 1 {
                return factor.within(Binding::Product, notation);
            }
            let base = factor.within(Binding::Atom, notation);
            match notation {
                Line::Latex => format!("{base}^{{{power}}}"),
                Line::Unicode => format!("{base}{}", superscript(power)),
            }
        })
        .collect();
    let mut parts = texts.into_iter();
    let leading_symbol = factors.first().is_some_and(|(factor, _)| is_symbol(*factor));
    let mut text = match coefficient {
        1.0 => parts.next()?,
        _ => {
            let mut text = number(coefficient, notation).0;
            if let Some(part) = parts.next() {
                let tight = notation == Line::Unicode && (leading_symbol || part.starts_with('('));
                text.push_str(if tight { "" } else { " " });
                text.push_str(&part);
            }
            text
        }
    };
    for part in parts {
        // A parenthesis needs no space before it, unless the text before it could be read as a function's name.
        let tight = notation == Line::Unicode && part.starts_with('(') && !text.ends_with(')');
        text.push_str(if tight { "" } else { " " });
        text.push_str(&part);
    }
    Some(text)
}

fn superscript(power: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    power.to_string().chars().map(|c| c.to_digit(10).map_or('⁻', |digit| DIGITS[digit as usize])).collect()
}

fn apply(function: Function, argument: Expr, notation: Line) -> String {
    let inner = argument.line(notation);
    match (function, notation) {
        (Function::Abs, _) => format!("|{inner}|"),
        (Function::PositivePart, Line::Unicode) => format!("max(0, {inner})"),
        (Function::PositivePart, Line::Latex) => format!(r"\max(0, {inner})"),
        (Function::IsPositive, Line::Unicode) => format!("[{inner} > 0]"),
        (Function::IsPositive, Line::Latex) => format!("[{inner} > 0]"),
        (Function::Cosh, Line::Unicode) => format!("cosh({inner})"),
        (Function::Cosh, Line::Latex) => format!(r"\cosh({inner})"),
        (Function::Tanh, Line::Unicode) => format!("tanh({inner})"),
        (Function::Tanh, Line::Latex) => format!(r"\tanh({inner})"),
        (Function::Sqrt, Line::Unicode) => format!("√({inner})"),
        (Function::Sqrt, Line::Latex) => format!(r"\sqrt{{{inner}}}"),
        (Function::Exp, Line::Unicode) => format!("exp({inner})"),
        (Function::Exp, Line::Latex) => format!("e^{{{inner}}}"),
        (Function::Ln, Line::Unicode) => format!("ln({inner})"),
        (Function::Ln, Line::Latex) => format!(r"\ln({inner})"),
        (Function::Sign, Line::Unicode) => format!("sign({inner})"),
        (Function::Sign, Line::Latex) => format!(r"\operatorname{{sign}}({inner})"),
        (Function::Sigmoid, Line::Unicode) => format!("σ({inner})"),
        (Function::Sigmoid, Line::Latex) => format!(r"\sigma({inner})"),
        (Function::Softplus, Line::Unicode) => format!("softplus({inner})"),
        (Function::Softplus, Line::Latex) => format!(r"\operatorname{{softplus}}({inner})"),
    }
}
