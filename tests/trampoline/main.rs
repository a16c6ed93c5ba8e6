//! The trampoline's traps, with a host written in Rust.

// A test that cannot go on shall say so and stop; a random one prints its seed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod fake;

use fake::{Fake, crowd, drive, runtime};
use futures_util::future::join_all;
use puq_proxmox_kvm::host::{HostError, Statement, Thrown, trampoline};
use puq_proxmox_kvm::model::HostTime;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::Builder;

#[test]
fn two_hundred_futures_with_five_hundred_calls_each_all_end() {
    let host = Fake::new(|_| Ok(Value::Null));
    let sum = drive(&runtime(), &host, |host| crowd(host, 200, 500)).unwrap();
    assert_eq!(sum, 200 * (499 * 500 / 2));
    assert_eq!(host.calls.get(), 100_000);
}

#[test]
fn any_mix_of_yields_sleeps_and_calls_ends() {
    // Yields (deferred wakers), used-up cooperative budgets, timers and host calls, in a random order per future.
    let seed = std::env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let first: u64 = seed.unwrap_or_else(|| rand::rng().random::<u32>().into());
    for seed in first..first + if seed.is_some() { 1 } else { 40 } {
        println!("SEED={seed}");
        let host = Fake::new(|_| Ok(Value::Null));
        let expected = Rc::new(Cell::new(0));
        let made = expected.clone();
        drive(&runtime(), &host, |host| async move {
            join_all((0..60).map(|number| {
                let (host, made) = (host.clone(), made.clone());
                let mut random = StdRng::seed_from_u64(seed * 1000 + number);
                async move {
                    for _ in 0..30 {
                        match random.random_range(0..5) {
                            0 => tokio::task::yield_now().await,
                            1 => {
                                tokio::time::sleep(Duration::from_micros(
                                    random.random_range(0..300),
                                ))
                                .await
                            }
                            2 => tokio::task::coop::consume_budget().await,
                            3 => {
                                // More ready receives than the budget of one poll allows.
                                let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
                                (0..200).for_each(|item| sender.send(item).unwrap());
                                for _ in 0..200 {
                                    receiver.recv().await.unwrap();
                                }
                            }
                            _ => {
                                made.set(made.get() + 1);
                                host.write("x").await.unwrap();
                            }
                        }
                    }
                }
            }))
            .await;
        })
        .unwrap();
        assert_eq!(host.calls.get(), expected.get());
    }
}

#[test]
fn the_network_moves_while_many_calls_are_made() {
    // A server whose answers need several round trips; the futures that wait for it must not starve behind host calls.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut byte = [0];
        for _ in 0..50 {
            stream.read_exact(&mut byte).unwrap();
            stream.write_all(&byte).unwrap();
        }
    });
    let host = Fake::new(|_| Ok(Value::Null));
    let done = &Cell::new(false);
    drive(&runtime(), &host, |host| async move {
        let talk = async {
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            for byte in 0..50 {
                stream.write_all(&[byte]).await.unwrap();
                assert_eq!(stream.read_u8().await.unwrap(), byte);
            }
            done.set(true);
        };
        let chatter = async {
            // Ends only because the conversation does.
            while !done.get() {
                host.write("x").await.unwrap();
            }
        };
        futures_util::join!(talk, chatter, crowd(host.clone(), 20, 20));
    })
    .unwrap();
    server.join().unwrap();
}

#[test]
fn time_in_host_calls_is_counted_once_nested_or_not() {
    let runtime = runtime();
    let time = HostTime::default();
    let slow = Fake::new(|_| {
        std::thread::sleep(Duration::from_millis(100));
        Ok(Value::Null)
    });
    let nesting = Fake::new(|_| {
        trampoline::drive(&runtime, &slow, &time, |host| async move {
            host.effect("x", json!({})).await
        })?
    });
    let started = std::time::Instant::now();
    trampoline::drive(&runtime, &nesting, &time, |host| async move {
        host.write("x").await
    })
    .unwrap()
    .unwrap();
    // Counted twice, it would be more than the whole entry took.
    let whole = started.elapsed();
    assert!(
        time.total() >= Duration::from_millis(100),
        "{:?}",
        time.total()
    );
    assert!(time.total() <= whole, "{:?} of {whole:?}", time.total());
    assert_eq!((nesting.calls.get(), slow.calls.get()), (1, 1));
}

#[test]
fn under_a_paused_clock_host_calls_take_no_time() {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let time = HostTime::default();
    let host = Fake::new(|_| {
        std::thread::sleep(Duration::from_millis(2));
        Ok(Value::Null)
    });
    let slept = trampoline::drive(&runtime, &host, &time, |host| async move {
        let start = tokio::time::Instant::now();
        for _ in 0..5 {
            host.write("x").await.unwrap();
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        start.elapsed()
    });
    assert_eq!(slept.unwrap(), Duration::from_secs(300));
    assert_eq!(time.total(), Duration::ZERO);
}

#[test]
fn entries_nest_and_do_not_touch_each_others_queues() {
    let runtime = runtime();
    let inner_sum = Cell::new(0);
    let outer = Fake::new(|call| {
        if call % 97 == 0 {
            let inner = Fake::new(|_| Ok(Value::Null));
            inner_sum.set(inner_sum.get() + drive(&runtime, &inner, |host| crowd(host, 10, 10))?);
            assert_eq!(inner.calls.get(), 100);
        }
        Ok(Value::Null)
    });
    let sum = drive(&runtime, &outer, |host| crowd(host, 50, 20)).unwrap();
    assert_eq!(sum, 50 * 190);
    assert_eq!(outer.calls.get(), 1000);
    assert_eq!(inner_sum.get(), 10 * 450);
}

/// Notes when it is dropped, and that a runtime is within reach then.
struct Witness(Rc<RefCell<Vec<bool>>>);

impl Drop for Witness {
    fn drop(&mut self) {
        let reach = tokio::runtime::Handle::try_current().is_ok();
        self.0.borrow_mut().push(reach);
    }
}

#[test]
fn when_php_ends_everything_is_dropped_and_nothing_more_is_called() {
    let runtime = runtime();
    let host = Fake::new(|call| {
        if call == 3 {
            Err(HostError::Gone)
        } else {
            Ok(Value::Null)
        }
    });
    let dropped = Rc::new(RefCell::new(Vec::new()));
    let witnesses = dropped.clone();
    let ended = drive(&runtime, &host, |host| async move {
        join_all((0..10).map(|_| {
            let (host, witness) = (host.clone(), Witness(witnesses.clone()));
            async move {
                let _witness = witness;
                let _ = host.write("x").await;
                let _ = host.write("y").await;
            }
        }))
        .await;
    });
    assert!(matches!(ended, Err(HostError::Gone)));
    assert_eq!(host.calls.get(), 3);
    assert_eq!(*dropped.borrow(), [true; 10]);
    // The runtime is as good as new.
    let host = Fake::new(|_| Ok(Value::Null));
    assert_eq!(drive(&runtime, &host, |host| crowd(host, 3, 3)).unwrap(), 9);
}

#[test]
fn a_panic_leaves_the_runtime_usable() {
    let runtime = runtime();
    let host = Fake::new(|_| Ok(Value::Null));
    for _ in 0..3 {
        let dropped = Rc::new(RefCell::new(Vec::new()));
        let witness = Witness(dropped.clone());
        let blown = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            drive(&runtime, &host, |host| async move {
                let _witness = witness;
                host.write("x").await.unwrap();
                std::panic::panic_any("boom")
            })
        }));
        assert!(blown.is_err());
        assert_eq!(dropped.borrow().len(), 1);
    }
    assert_eq!(drive(&runtime, &host, |host| crowd(host, 3, 3)).unwrap(), 9);
}

#[test]
fn a_call_whose_future_was_dropped_is_not_made() {
    let host = Fake::new(|_| Ok(Value::Null));
    drive(&runtime(), &host, |host| async move {
        {
            let mut call = std::pin::pin!(host.write("dropped"));
            // Polled once, so that it is queued.
            assert!(futures_util::poll!(&mut call).is_pending());
        }
        host.write("made").await.unwrap();
    })
    .unwrap();
    assert_eq!(host.calls.get(), 1);
}

#[test]
fn slow_calls_give_the_network_a_turn_in_between() {
    // Ten queued calls of 30 ms each: the timer of 1 ms must not wait for all of them.
    let made = Arc::new(AtomicUsize::new(0));
    let counter = made.clone();
    let host = Fake::new(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(30));
        Ok(Value::Null)
    });
    let at_timer = drive(&runtime(), &host, |host| async move {
        let calls = join_all((0..10).map(|_| host.write("x")));
        let timer = async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            made.load(Ordering::Relaxed)
        };
        futures_util::join!(calls, timer).1
    });
    assert!(at_timer.unwrap() < 10);
}

#[test]
fn errors_of_the_host_reach_the_future_that_asked() {
    let host = Fake::new(|call| match call {
        1 => Err(HostError::Duplicate("key".into())),
        2 => Err(Thrown::new("PDOException", "gone away").into()),
        _ => Ok(json!({ "fine": true })),
    });
    let results = drive(&runtime(), &host, |host| async move {
        (
            host.affect("x", vec![json!(1)]).await,
            host.select("x", vec![]).await,
            host.effect("x", json!({})).await,
            host.services(vec![1, 2]).await,
            host.transact(vec![Statement::any("x", vec![])]).await,
            host.describe().await.map(|facts| facts.timezone),
        )
    })
    .unwrap();
    assert!(matches!(results.0, Err(HostError::Duplicate(_))));
    assert_eq!(
        results.1.unwrap_err().to_string(),
        "PDOException: gone away"
    );
    assert_eq!(results.2.unwrap(), json!({ "fine": true }));
    assert_eq!(results.3.unwrap().len(), 2);
    assert!(results.4.unwrap().committed());
    assert_eq!(results.5.unwrap(), "");
}
