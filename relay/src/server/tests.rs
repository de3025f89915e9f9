//! How large the futures of an idle connection are: they are most of what it costs.

use super::*;

fn size<F: Future>(_: impl FnOnce(Rc<Shared>, Rc<Link>) -> F) -> usize {
    size_of::<F>()
}

#[test]
fn an_idle_connections_futures_are_small() {
    let reader = size(|shared, link| reader::run(shared, link, [0, 0, 0, 0].into()));
    let link = size_of::<Link>();
    println!("reader {reader} B, link {link} B");
    assert!(reader <= 700, "{reader}");
    assert!(link <= 144, "{link}");
}

#[test]
fn a_writers_future_is_small() {
    fn size<F: Future>(
        _: impl FnOnce(Rc<Shared>, Rc<Link>, wire::session::Outbound) -> F,
    ) -> usize {
        size_of::<F>()
    }
    let writer = size(writer::run);
    println!("writer {writer} B");
    assert!(writer <= 400, "{writer}");
}
