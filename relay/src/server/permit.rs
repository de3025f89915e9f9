//! Permits for requests that are held in memory until a thread has done their work.
//!
//! One that is given back goes to whoever has waited longest and may have it, and not to who comes
//! by: a semaphore that wakes the first waiter lets others be faster. And no connection has more than
//! its share, so that whoever comes anew does not wait for all that a busy one has under way.
//!
//! Only the holders and the waiting are remembered; an idle connection costs nothing here.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use async_channel::Sender;

use crate::hub::ConnId;

/// Permits of one kind.
#[derive(Debug)]
pub(super) struct Pool {
    free: Cell<usize>,
    /// What one connection may have at once.
    share: usize,
    /// Connections that have some.
    held: RefCell<BTreeMap<ConnId, usize>>,
    /// The one that has waited longest comes first. None of them could have one that is free.
    waiting: RefCell<VecDeque<(ConnId, Sender<Permit>)>>,
}

/// Given back when dropped.
#[derive(Debug)]
pub(super) struct Permit {
    pool: Rc<Pool>,
    conn: ConnId,
}

impl Pool {
    pub(super) fn new(permits: usize, share: usize) -> Rc<Self> {
        let (held, waiting) = (RefCell::default(), RefCell::default());
        Rc::new(Self { free: Cell::new(permits), share, held, waiting })
    }

    /// A permit, if there is one. Nobody is overtaken by that.
    pub(super) fn try_take(self: &Rc<Self>, conn: ConnId) -> Option<Permit> {
        let free = self.free.get().checked_sub(1)?;
        let mut held = self.held.borrow_mut();
        let has = held.get(&conn).copied().unwrap_or(0);
        if has >= self.share {
            return None;
        }
        held.insert(conn, has + 1);
        self.free.set(free);
        Some(Permit { pool: Rc::clone(self), conn })
    }

    /// Waits for a permit. `None` never comes, since the pool outlives whoever waits.
    pub(super) async fn take(self: &Rc<Self>, conn: ConnId) -> Option<Permit> {
        if let Some(permit) = self.try_take(conn) {
            return Some(permit);
        }
        let (sender, receiver) = async_channel::bounded(1);
        self.waiting.borrow_mut().push_back((conn, sender));
        receiver.recv().await.ok()
    }

    /// Who is next, with the permit that is free for it.
    fn next(self: &Rc<Self>) -> Option<(Permit, Sender<Permit>)> {
        let mut waiting = self.waiting.borrow_mut();
        let mut all = waiting.iter().enumerate();
        let (at, permit) = all.find_map(|(at, (conn, _))| Some((at, self.try_take(*conn)?)))?;
        let (_, sender) = waiting.remove(at)?;
        Some((permit, sender))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let pool = &self.pool;
        pool.free.set(pool.free.get() + 1);
        {
            let mut held = pool.held.borrow_mut();
            match held.get_mut(&self.conn) {
                Some(has) if *has > 1 => *has -= 1,
                _ => drop(held.remove(&self.conn)),
            }
        }
        while let Some((permit, sender)) = pool.next() {
            // Who has stopped waiting gives it back by not taking it.
            drop(sender.try_send(permit));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};

    use super::*;

    const BUSY: ConnId = ConnId(1);

    fn poll<F: Future<Output = Option<Permit>>>(waiting: &mut Pin<&mut F>) -> Option<Permit> {
        match waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(permit) => Some(permit.unwrap()),
            Poll::Pending => None,
        }
    }

    #[test]
    fn a_connection_has_its_share_and_others_the_rest() {
        let pool = Pool::new(6, 4);
        let busy: Vec<Permit> = (0..5).filter_map(|_| pool.try_take(BUSY)).collect();
        assert_eq!(busy.len(), 4);
        let others: Vec<Permit> = (2..5).filter_map(|n| pool.try_take(ConnId(n))).collect();
        assert_eq!(others.len(), 2);
        drop((busy, others));
        assert!(pool.held.borrow().is_empty() && pool.free.get() == 6);
    }

    #[test]
    fn who_waits_is_served_in_turn_and_before_who_comes_by() {
        let pool = Pool::new(2, 2);
        let mut busy = vec![pool.try_take(BUSY).unwrap(), pool.try_take(BUSY).unwrap()];
        let (mut first, mut second) = (pin!(pool.take(ConnId(2))), pin!(pool.take(ConnId(3))));
        assert!(poll(&mut first).is_none() && poll(&mut second).is_none());
        busy.pop();
        assert!(pool.try_take(ConnId(4)).is_none(), "it is the first's, which has not run yet");
        assert!(poll(&mut second).is_none());
        let permit = poll(&mut first).unwrap();
        drop(permit);
        assert!(poll(&mut second).is_some());
    }

    #[test]
    fn who_waits_for_its_own_share_holds_up_nobody() {
        let pool = Pool::new(3, 2);
        let mut busy = vec![pool.try_take(BUSY).unwrap(), pool.try_take(BUSY).unwrap()];
        let mut third = pin!(pool.take(BUSY));
        assert!(poll(&mut third).is_none());
        let other = pool.try_take(ConnId(2)).unwrap();
        let mut next = pin!(pool.take(ConnId(3)));
        assert!(poll(&mut next).is_none());
        drop(other);
        assert!(poll(&mut third).is_none());
        assert!(poll(&mut next).is_some());
        busy.pop();
        assert!(poll(&mut third).is_some());
    }

    #[test]
    fn who_stops_waiting_takes_none_along() {
        let pool = Pool::new(1, 1);
        let busy = pool.try_take(BUSY).unwrap();
        {
            let mut early = Box::pin(pool.take(ConnId(2)));
            let mut late = Box::pin(pool.take(ConnId(3)));
            assert!(poll(&mut early.as_mut()).is_none() && poll(&mut late.as_mut()).is_none());
            drop(early);
            drop(busy);
            assert!(pool.try_take(ConnId(4)).is_none(), "the late one has it");
        }
        assert!(pool.try_take(ConnId(4)).is_some());
    }
}
