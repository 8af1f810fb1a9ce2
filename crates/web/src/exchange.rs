//! The buffers through which the page asks. They belong to this side; the page only ever writes what it was given room for.

use std::cell::RefCell;

use crate::answer::Answer;
use crate::asks::answer;

#[derive(Default)]
struct Buffers {
    question: Vec<u8>,
    file: Vec<u8>,
    text: Vec<u8>,
    numbers: Vec<f64>,
}

thread_local! {
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

pub(crate) fn question_buffer(bytes: usize) -> *mut u8 {
    BUFFERS.with_borrow_mut(|buffers| room(&mut buffers.question, bytes))
}

pub(crate) fn file_buffer(bytes: usize) -> *mut u8 {
    BUFFERS.with_borrow_mut(|buffers| room(&mut buffers.file, bytes))
}

fn room(buffer: &mut Vec<u8>, bytes: usize) -> *mut u8 {
    buffer.clear();
    buffer.resize(bytes, 0);
    buffer.as_mut_ptr()
}

pub(crate) fn ask() -> usize {
    let (question, file) =
        BUFFERS.with_borrow_mut(|buffers| (std::mem::take(&mut buffers.question), std::mem::take(&mut buffers.file)));
    let Answer { text, numbers } = answer(&question, file);
    BUFFERS.with_borrow_mut(|buffers| {
        buffers.text = text.into_bytes();
        buffers.numbers = numbers;
        buffers.text.len()
    })
}

pub(crate) fn answer_text() -> *const u8 {
    BUFFERS.with_borrow(|buffers| buffers.text.as_ptr())
}

pub(crate) fn answer_numbers() -> *const f64 {
    BUFFERS.with_borrow(|buffers| buffers.numbers.as_ptr())
}

pub(crate) fn answer_numbers_length() -> usize {
    BUFFERS.with_borrow(|buffers| buffers.numbers.len())
}
