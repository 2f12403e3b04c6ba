//! The account's APIs, API keys and usage plans, each listed once for all who need the list.

use super::api_key::{ListedKey, all_keys};
use super::rest_api::list_rest_apis;
use super::usage_plan::{ListedPlan, all_plans};
use crate::engine::{Cx, Error};
use crate::names::Names;
use crate::tags::{APP_TAG, Tags};
use aws_sdk_apigateway::types::RestApi;
use std::collections::BTreeMap;
use std::future::Future;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OnceCell;

pub(crate) type ApiList = SharedList<RestApi>;
pub(crate) type KeyList = SharedList<ListedKey>;
pub(crate) type PlanList = SharedList<ListedPlan>;

/// The three lists of one look at an account.
#[derive(Clone)]
pub(crate) struct Lists {
    pub apis: ApiList,
    pub keys: KeyList,
    pub plans: PlanList,
}

impl Lists {
    pub(crate) fn new(whose: &Whose) -> Self {
        Self {
            apis: SharedList::new(whose),
            keys: SharedList::new(whose),
            plans: SharedList::new(whose),
        }
    }
}

/// Whose things are looked for in a list. Where it leaves tags out, those of their names are asked.
#[derive(Clone)]
pub(crate) enum Whose {
    Stage(Names),
    /// All stages of the app.
    App(Names),
}

impl Whose {
    pub(super) fn names(&self) -> &Names {
        match self {
            Self::Stage(names) | Self::App(names) => names,
        }
    }

    /// Whether it is a name that gatewayq gives to one of theirs.
    pub(super) fn can_have(&self, name: &str) -> bool {
        match self {
            Self::Stage(names) => {
                let rest = name.strip_prefix(&names.base());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            }
            Self::App(names) => name.starts_with(&format!("{}-", names.app)),
        }
    }

    /// Whether a thing with these tags is one of theirs.
    pub(super) fn has(&self, tags: &BTreeMap<String, String>) -> bool {
        match self {
            Self::Stage(names) => {
                Tags::of_stage(&BTreeMap::new(), &names.app, &names.stage).are_on(tags)
            }
            Self::App(names) => tags.get(APP_TAG) == Some(&names.app),
        }
    }
}

/// What an account has a list of.
pub(crate) trait Listing: Clone + Send + Sync + 'static {
    /// All of them in account and region.
    fn all(cx: &Cx, whose: &Whose) -> impl Future<Output = Result<Vec<Self>, Error>> + Send;
}

impl Listing for RestApi {
    async fn all(cx: &Cx, _whose: &Whose) -> Result<Vec<Self>, Error> {
        list_rest_apis(cx).await
    }
}

impl Listing for ListedKey {
    async fn all(cx: &Cx, whose: &Whose) -> Result<Vec<Self>, Error> {
        all_keys(cx, whose).await
    }
}

impl Listing for ListedPlan {
    async fn all(cx: &Cx, whose: &Whose) -> Result<Vec<Self>, Error> {
        all_plans(cx, whose).await
    }
}

/// A list that the first who asks reads. Each clone is another holder of the same list.
pub(crate) struct SharedList<T> {
    whose: Whose,
    first: Arc<OnceCell<Vec<T>>>,
    /// The next read, as long as it has not begun.
    next: Arc<Mutex<Option<Read<T>>>>,
    /// Whether this holder has looked at it.
    looked: AtomicBool,
}

/// A read that several wait for.
type Read<T> = Arc<OnceCell<Arc<[T]>>>;

impl<T> Clone for SharedList<T> {
    fn clone(&self) -> Self {
        Self {
            whose: self.whose.clone(),
            first: Arc::clone(&self.first),
            next: Arc::clone(&self.next),
            looked: AtomicBool::new(false),
        }
    }
}

impl<T: Listing> SharedList<T> {
    pub(crate) fn new(whose: &Whose) -> Self {
        Self {
            whose: whose.clone(),
            first: Arc::default(),
            next: Arc::default(),
            looked: AtomicBool::new(false),
        }
    }

    pub(super) fn whose(&self) -> &Whose {
        &self.whose
    }

    /// The list as it was at the first look of any holder.
    ///
    /// # Errors
    /// What AWS answers.
    pub(crate) async fn get(&self, cx: &Cx) -> Result<&[T], Error> {
        let list = self.first.get_or_try_init(|| T::all(cx, &self.whose)).await;
        list.map(Vec::as_slice)
    }

    /// The same at this holder's first look; at a later one, after a change, as it is now.
    ///
    /// # Errors
    /// What AWS answers.
    pub(crate) async fn look(&self, cx: &Cx) -> Result<Look<'_, T>, Error> {
        if self.looked.load(Ordering::SeqCst) {
            return self.fresh(cx).await.map(Look::Fresh);
        }
        let list = self.get(cx).await?;
        self.looked.store(true, Ordering::SeqCst);
        Ok(Look::First(list))
    }

    /// The list as it is now. Those who ask at the same time get it by one read, which begins after
    /// all of them have asked.
    pub(super) async fn fresh(&self, cx: &Cx) -> Result<Arc<[T]>, Error> {
        let next = Arc::clone(self.next().get_or_insert_default());
        let read = async || {
            tokio::task::yield_now().await;
            // It begins: who asks from now on waits for another.
            self.next().take_if(|waiting| Arc::ptr_eq(waiting, &next));
            T::all(cx, &self.whose).await.map(Arc::from)
        };
        next.get_or_try_init(read).await.cloned()
    }

    fn next(&self) -> MutexGuard<'_, Option<Read<T>>> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The list if it has been read.
    pub(super) fn known(&self) -> Option<&[T]> {
        self.first.get().map(Vec::as_slice)
    }
}

/// A list as it was looked at.
pub(crate) enum Look<'a, T> {
    First(&'a [T]),
    Fresh(Arc<[T]>),
}

impl<T> Deref for Look<'_, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::First(list) => list,
            Self::Fresh(list) => list,
        }
    }
}
