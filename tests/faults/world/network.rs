//! The network between a tab and the collector, as bad as they come.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use manyi_delivery::drain::{Batch, Wire};
use manyi_delivery::entry::{Entry, Proof};
use manyi_delivery::outcome::{Answer, Outcome, Said, TIME_OUT_MS, classify};

use super::server::Server;
use super::time::{Either, Owner, Signal, Time, either};

/// What befalls a post.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Weather {
    /// It arrives, and so does its answer.
    Fine,
    /// The connection dies before anything leaves.
    Dead,
    /// Nothing leaves and nothing says so: the time-out ends it.
    Silent,
    /// It arrives; the answer is lost.
    AnswerLost,
    /// It arrives; the answer breaks off.
    AnswerCut,
    /// It arrives; the answer takes so long.
    AnswerLate(f64),
    /// It arrives only after so long, when somebody may have sent it again.
    Late(f64),
    /// A proxy sends it twice more, later.
    Replayed,
    /// A login page: 200, HTML.
    Portal,
    /// On to a login page: 302.
    Redirected,
    /// The collector is not asked: this status, with this `Retry-After` in ms.
    Status(u16, Option<u64>),
    /// It arrives; the answer names another id.
    OtherId,
    /// It arrives; the answer is `{}`.
    Empty,
    /// It arrives; the answer cannot be read (a byte order mark, 50 MB).
    Unreadable,
}

/// The network of one world.
pub struct Network {
    time: Rc<Time>,
    /// The collector at the other end.
    pub server: Rc<Server>,
    /// Weathers, one of which befalls each post.
    pub weathers: RefCell<Vec<Weather>>,
    /// When posts were made, in ms.
    pub posts: RefCell<Vec<f64>>,
    /// How many posts or their echoes are under way.
    pub under_way: Cell<u32>,
}

impl Network {
    /// A network in fine weather.
    pub fn new(time: &Rc<Time>, server: &Rc<Server>) -> Rc<Self> {
        Rc::new(Self {
            time: time.clone(),
            server: server.clone(),
            weathers: RefCell::new(vec![Weather::Fine]),
            posts: RefCell::default(),
            under_way: Cell::default(),
        })
    }

    /// From now on this befalls every post.
    pub fn turn(&self, weathers: &[Weather]) {
        self.weathers.replace(weathers.to_vec());
    }

    /// Posts bodies together; an answer for all of it, and for each.
    async fn send(self: &Rc<Self>, bodies: Vec<String>) -> Option<(Answer, Vec<Answer>)> {
        self.posts.borrow_mut().push(self.time.now_ms());
        let weather = *self.time.chance.one_of(&self.weathers.borrow());
        self.time.note(|| format!("post {bodies:?} in {weather:?}"));
        let it = self.clone();
        let slot: Rc<(Signal, RefCell<Option<_>>)> = Rc::default();
        let back = slot.clone();
        self.under_way.set(self.under_way.get() + 1);
        // The post goes on when its tab is killed.
        self.time.spawn(Owner::World, async move {
            let came = it.carry(weather, &bodies).await;
            back.1.replace(Some(came));
            back.0.call();
            it.under_way.set(it.under_way.get() - 1);
        });
        let late = self.time.sleep(f64::from(TIME_OUT_MS));
        match either(slot.0.wait(), late).await {
            Either::First(()) => slot.1.take().flatten(),
            Either::Second(()) => None,
        }
    }

    async fn carry(
        self: &Rc<Self>,
        weather: Weather,
        bodies: &[String],
    ) -> Option<(Answer, Vec<Answer>)> {
        self.time.sleep_between(1.0, 80.0).await;
        let answer = |status| Answer {
            status,
            ..Answer::default()
        };
        let alone = |answer| Some((answer, Vec::new()));
        match weather {
            Weather::Fine => {}
            Weather::Dead => return None,
            Weather::Silent => {
                self.time.sleep(300_000.0).await;
                return None;
            }
            Weather::Late(ms) => self.time.sleep(ms).await,
            Weather::Portal => {
                return alone(Answer {
                    html: true,
                    ..answer(200)
                });
            }
            Weather::Redirected => {
                return alone(Answer {
                    redirect: true,
                    ..answer(0)
                });
            }
            Weather::Status(status, retry_after_ms) => {
                return alone(Answer {
                    retry_after_ms,
                    ..answer(status)
                });
            }
            Weather::Replayed => {
                for _ in 0..2 {
                    let (it, bodies) = (self.clone(), bodies.to_vec());
                    self.under_way.set(self.under_way.get() + 1);
                    self.time.spawn(Owner::World, async move {
                        it.time.sleep_between(0.0, 20_000.0).await;
                        it.server.take(&bodies);
                        it.under_way.set(it.under_way.get() - 1);
                    });
                }
            }
            _ => {}
        }
        let each = self.server.take(bodies);
        let status = if bodies.len() == 1 {
            each[0].status
        } else {
            200
        };
        self.time.sleep_between(1.0, 80.0).await;
        match weather {
            Weather::AnswerLost => None,
            Weather::AnswerCut | Weather::Unreadable => alone(answer(status)),
            Weather::AnswerLate(ms) => {
                self.time.sleep(ms).await;
                Some((answer(status), each))
            }
            Weather::OtherId => {
                let other = Answer {
                    said: Some(Said {
                        id: Some("another".to_owned()),
                        ..Said::default()
                    }),
                    ..answer(201)
                };
                Some((other.clone(), vec![other; bodies.len()]))
            }
            Weather::Empty => alone(Answer {
                said: Some(Said::default()),
                ..answer(200)
            }),
            _ => Some((answer(status), each)),
        }
    }
}

/// A tab's way onto the network: what `fetch` and the outbox's rules make of it.
pub struct Line(pub Rc<Network>);

impl Line {
    /// One post's answer, or none.
    pub async fn answer(&self, entry: &Entry) -> Option<Answer> {
        let (whole, each) = self.0.send(vec![entry.body.clone()]).await?;
        Some(each.into_iter().next().unwrap_or(whole))
    }
}

impl Wire for Line {
    async fn post(&self, entry: &Entry) -> Outcome {
        match self.answer(entry).await {
            Some(answer) => classify(entry.route.proof, &entry.id, &answer),
            None => Outcome::unreached(),
        }
    }

    async fn batch(&self, _address: &str, entries: &[Entry]) -> Batch {
        let bodies = entries.iter().map(|entry| entry.body.clone()).collect();
        let Some((whole, each)) = self.0.send(bodies).await else {
            return Batch::Whole(Outcome::unreached());
        };
        if whole.status == 200 && each.len() == entries.len() {
            let pairs = entries.iter().zip(&each);
            let outcomes = pairs.map(|(entry, answer)| classify(Proof::Id, &entry.id, answer));
            return Batch::Each(outcomes.collect());
        }
        match whole.status {
            404 | 405 => Batch::Unknown,
            _ => Batch::Whole(classify(Proof::Id, "", &whole)),
        }
    }
}
