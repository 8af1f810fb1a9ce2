//! The symbols of a formula.

use super::{Expr, Node};

impl Expr {
    /// The names of the symbols that occur in the formula, each once, in the order of their first occurrence.
    pub fn symbols(self) -> Vec<&'static str> {
        let mut found = vec![];
        self.collect_symbols(&mut found);
        found
    }

    fn collect_symbols(self, found: &mut Vec<&'static str>) {
        let parts = match self.node() {
            Node::Number(_) => vec![],
            Node::Symbol(name) => {
                if !found.contains(&name) {
                    found.push(name);
                }
                vec![]
            }
            Node::Sum(terms) => terms.into_iter().map(|(_, term)| term).collect(),
            Node::Product(_, factors) => factors.into_iter().map(|(factor, _)| factor).collect(),
            Node::Apply(_, argument) => vec![argument],
            Node::Power(base, exponent) => vec![base, exponent],
            Node::Cases(mask, yes, no) => vec![mask.subject, mask.bound, yes, no],
            Node::OverClasses(body) | Node::OverClassesFromC(body) => vec![body],
        };
        parts.into_iter().for_each(|part| part.collect_symbols(found));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Real, Scalar};

    #[test]
    fn every_symbol_is_found_once() {
        let [a, b, c] = ["a", "b", "z_j"].map(Expr::symbol);
        let cases = Expr::select(a.at_most(b), c.over_classes(), a.raise(b));
        assert_eq!((cases * a + Expr::number(2.0)).symbols(), ["a", "b", "z_j"]);
        assert_eq!(Expr::number(2.0).symbols(), Vec::<&str>::new());
    }
}
