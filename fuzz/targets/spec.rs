//! Any text as the name of a measure: an error, or a measure whose own name gives it back.
#![no_main]

use dartboard_losses::{Measure, split_list};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for spec in split_list(text) {
        match Measure::parse(spec) {
            Ok(measure) => assert_eq!(Measure::parse(&measure.spec()), Ok(measure)),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});
