//! What the interactive page asks of Rust: losses, formulas, fits, descents, advice and scores of a file.
//!
//! The page and this crate talk through two buffers, because WebAssembly passes plain numbers only. The page writes a
//! question, named texts between separators, and a file if there is one, calls [`ask`], and reads an answer: JSON, and beside it numbers with all
//! their bits. Nothing about a loss is known to the page: names, formulas, numbers and sentences come from here.
//!
//! The same functions run natively, where tests hold their answers against those of the WebAssembly build.

mod answer;
mod asks;
mod complaint;
mod exchange;
mod question;
mod table;

pub use answer::Answer;
pub use asks::answer;
pub use complaint::Complaint;
pub use question::Question;

/// Makes room for a question of so many bytes and says where to write it.
#[unsafe(no_mangle)]
pub extern "C" fn question_buffer(bytes: usize) -> *mut u8 {
    exchange::question_buffer(bytes)
}

/// Makes room for a file of so many bytes and says where to write it.
#[unsafe(no_mangle)]
pub extern "C" fn file_buffer(bytes: usize) -> *mut u8 {
    exchange::file_buffer(bytes)
}

/// Answers the question in the buffer; returns the length of the answer in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn ask() -> usize {
    exchange::ask()
}

/// Where the answer lies, until the next question.
#[unsafe(no_mangle)]
pub extern "C" fn answer_text() -> *const u8 {
    exchange::answer_text()
}

/// Where the numbers of the answer lie, until the next question.
#[unsafe(no_mangle)]
pub extern "C" fn answer_numbers() -> *const f64 {
    exchange::answer_numbers()
}

/// How many numbers there are.
#[unsafe(no_mangle)]
pub extern "C" fn answer_numbers_length() -> usize {
    exchange::answer_numbers_length()
}
