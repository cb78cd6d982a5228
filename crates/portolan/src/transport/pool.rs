//! Connections to share. A client of HTTP/2 opens one connection to a host and servers take some hundred requests on it
//! at once; what is beyond waits in silence. So there are several clients, each for as many requests, and another one
//! is made when all are busy. Takes a way to make a client; gives one out with a lease that says how long it is busy.

use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Result;

/// How many requests a client carries at once. Servers of HTTP/2 are advised to take at least a hundred at once.
const REQUESTS: usize = 100;

/// Clients, of which the first that is not busy is used.
pub(super) struct Pool {
    make: Box<dyn Fn() -> Result<reqwest::Client> + Send + Sync>,
    clients: Mutex<Vec<Shared>>,
}

struct Shared {
    http: reqwest::Client,
    lease: Arc<()>,
}

/// Held while a request of a client is under way.
#[derive(Debug)]
pub(crate) struct Lease(#[expect(dead_code, reason = "it is counted, not read")] Arc<()>);

impl Pool {
    /// A pool of one client, to which others come as requests need them.
    pub(super) fn new(
        make: impl Fn() -> Result<reqwest::Client> + Send + Sync + 'static,
    ) -> Result<Self> {
        let first = Shared { http: make()?, lease: Arc::default() };
        Ok(Self { make: Box::new(make), clients: Mutex::new(vec![first]) })
    }

    /// A client that is not busy.
    pub(super) fn client(&self) -> Result<(reqwest::Client, Lease)> {
        // A list of clients is whole whatever a thread that held it did.
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        // The first that fits, so that few connections are open and those are used again.
        let free = clients.iter().position(|shared| Arc::strong_count(&shared.lease) <= REQUESTS);
        let at = free.unwrap_or(clients.len());
        if free.is_none() {
            clients.push(Shared { http: (self.make)()?, lease: Arc::default() });
        }
        let Shared { http, lease } = &clients[at];
        Ok((http.clone(), Lease(Arc::clone(lease))))
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner).len();
        f.debug_struct("Pool").field("clients", &clients).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clients(pool: &Pool) -> usize {
        pool.clients.lock().unwrap().len()
    }

    #[test]
    fn another_client_is_made_when_all_are_busy_and_not_before() {
        let pool = Pool::new(|| Ok(reqwest::Client::new())).unwrap();
        let mut leases: Vec<_> = (0..REQUESTS).map(|_| pool.client().unwrap().1).collect();
        assert_eq!(clients(&pool), 1);
        leases.push(pool.client().unwrap().1);
        assert_eq!(clients(&pool), 2);
        // One of the first client's is over, so that its place is taken again.
        leases.remove(0);
        leases.push(pool.client().unwrap().1);
        assert_eq!(clients(&pool), 2);
        leases.extend((0..REQUESTS * 8).map(|_| pool.client().unwrap().1));
        assert_eq!(clients(&pool), 10);
        drop(leases);
        drop(pool.client().unwrap());
        assert_eq!(clients(&pool), 10);
    }
}
