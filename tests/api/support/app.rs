//! A server of one test: own database, own clock, a real listener at a free port.

use super::{
    client::{Client, Connection},
    given::Given,
    invariants,
    people::{ADMIN, PASSWORD, People, Who},
    postgres::Database,
};
use actix_web::{
    HttpServer,
    dev::ServerHandle,
    rt,
    web::{self, Data},
};
use chrono::{DateTime, TimeDelta, Utc};
use hearback::{
    app::{self, Parts},
    defaults::{self, DefaultsIn},
    openapi,
    platform::{
        auth::{self, Access, AuthParts, Opening},
        clock::Clock,
        config::Config,
        db::{Db, DbConfig},
        jobs::Worker,
        metrics::Metrics,
    },
};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    rc::Rc,
    sync::{Arc, LazyLock, mpsc},
    thread,
};
use utoipa::openapi::OpenApi;

/// Monday, 10:00 in Shanghai: working time by the default calendar.
pub const START: &str = "2026-01-05T02:00:00Z";
/// What seals keys in tests.
const SECRET: &str = "x7Qm2-v9Zr4_Lk8Tn3Yw6-Bc1Hd5Fg0Jp";

static DOCUMENT: LazyLock<Arc<OpenApi>> = LazyLock::new(|| Arc::new(openapi::document()));

/// A server, the database behind it and the clock that it goes by.
pub struct App {
    pub parts: Parts,
    pub address: SocketAddr,
    database: Arc<Database>,
    connection: Rc<Connection>,
    pub(super) people: Rc<People>,
    server: ServerHandle,
}

impl App {
    /// Starts a server on a database of its own.
    pub async fn start() -> Self {
        Self::with(|_| ()).await
    }

    /// Starts a server that also has the given routes, which are in no document.
    pub async fn with(routes: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static) -> Self {
        Self::over(Database::new(), routes).await
    }

    /// Starts a server on a database that has its tables already.
    pub async fn over(
        database: Database,
        routes: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
    ) -> Self {
        let clock = Data::new(Clock::fixed(START.parse().unwrap()));
        Self::on(Arc::new(database), clock, Rc::default(), routes).await
    }

    /// Starts another server on the same database, with the same clock and the same people.
    pub async fn second(&self) -> Self {
        let (database, clock) = (self.database.clone(), self.parts.clock.clone());
        Self::on(database, clock, self.people.clone(), |_| ()).await
    }

    async fn on(
        database: Arc<Database>,
        clock: Data<Clock>,
        people: Rc<People>,
        routes: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
    ) -> Self {
        let parts = parts(&database.url, clock);
        let (address, server) = serve(parts.clone(), routes);
        Self { parts, address, database, connection: Rc::new(Connection::new(address)), people, server }
    }

    /// Moves the clock on.
    pub fn advance(&self, by: TimeDelta) {
        self.parts.clock.set(self.now() + by);
    }

    /// Sets the clock.
    pub fn set_time(&self, at: &str) {
        self.parts.clock.set(at.parse().unwrap());
    }

    /// Returns what time it is.
    pub fn now(&self) -> DateTime<Utc> {
        self.parts.clock.now()
    }

    /// Returns a client without a token.
    pub fn anonymous(&self) -> Client {
        self.client(Who::Nobody)
    }

    /// Returns a client of the first administrator.
    pub fn as_admin(&self) -> Client {
        self.client(Who::Admin)
    }

    /// Returns a client of a service agent.
    pub fn as_agent(&self) -> Client {
        self.as_role("service_agent", Some("service"))
    }

    /// Returns a client of a handler of the department with this code.
    pub fn as_handler(&self, department: &str) -> Client {
        self.as_role("handler", Some(department))
    }

    /// Returns a client of somebody with the role of a head, in the department with this code.
    pub fn as_head(&self, department: &str) -> Client {
        self.as_role("department_head", Some(department))
    }

    /// Returns a client of an analyst.
    pub fn as_analyst(&self) -> Client {
        self.as_role("analyst", None)
    }

    /// Returns a client of a program whose key has these scopes.
    pub fn as_key(&self, scopes: &[&str]) -> Client {
        self.client(Who::Key(scopes.iter().map(|s| (*s).to_owned()).collect()))
    }

    /// Returns a client of the one person that tests have with this role in this department.
    pub fn as_role(&self, role: &str, department: Option<&str>) -> Client {
        self.as_one_of(role, department, 0)
    }

    /// Returns a client of another person with this role in this department.
    pub fn as_one_of(&self, role: &str, department: Option<&str>, nth: u8) -> Client {
        self.client(Who::Staff { role: role.to_owned(), department: department.map(str::to_owned), nth })
    }

    /// Lets everybody sign in again: a change of somebody's role or department ends their sessions.
    pub fn forget_tokens(&self) {
        self.people.forget();
    }

    /// Does all background work that is due now.
    pub fn work(&self) -> usize {
        let parts = &self.parts;
        let (clock, metrics) = (parts.clock.clone(), parts.metrics.clone());
        let registry = app::background(&parts.gate);
        let worker = Worker::new(parts.db.clone(), clock.into_inner(), metrics.into_inner(), registry);
        worker.run_due_once().unwrap()
    }

    /// Returns a client that sends this token.
    pub fn with_token(&self, token: &str) -> Client {
        self.client(Who::Token(token.to_owned()))
    }

    /// Returns what makes states through the API.
    pub fn given(&self) -> Given<'_> {
        Given(self)
    }

    /// Returns a connection to the database, past the server.
    pub fn sql(&self) -> diesel::PgConnection {
        self.database.connect()
    }

    /// Returns the one number that a query answers.
    pub fn number(&self, sql: &str) -> i64 {
        super::postgres::number(&mut self.sql(), sql)
    }

    /// Returns the texts that a query answers.
    pub fn texts(&self, sql: &str) -> Vec<String> {
        super::postgres::texts(&mut self.sql(), sql)
    }

    /// Runs SQL past the server: for states that no operation makes yet.
    pub fn execute(&self, sql: &str) {
        diesel::connection::SimpleConnection::batch_execute(&mut self.sql(), sql).unwrap();
    }

    fn client(&self, who: Who) -> Client {
        Client::new(who, self.connection.clone(), self.people.clone(), self.parts.clock.clone())
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // the command is sent at once; only its end would have to be awaited
        drop(self.server.stop(false));
        if !thread::panicking() {
            invariants::check(&mut self.sql());
        }
    }
}

fn parts(url: &str, clock: Data<Clock>) -> Parts {
    let variables = [("DATABASE_URL", url), ("HEARBACK_SECRET", SECRET), ("HEARBACK_PASSWORD_COST", "8")];
    let variables: BTreeMap<_, _> = variables.map(|(n, v)| (n.to_owned(), v.to_owned())).into();
    let config = Config::of(variables).unwrap();
    let db = Db::connect(&DbConfig { write_threads: 2, read_threads: 2, ..DbConfig::new(url) });
    let hash = auth::passwords::hash_now(PASSWORD, 8).unwrap();
    let defaults = DefaultsIn::new(ADMIN, hash, clock.now());
    db.write_now(|tx| defaults::fill(tx, &defaults)).unwrap();
    let AuthParts { gate, cursor_key } = auth::open(&Opening {
        db: &db,
        url,
        secret: SECRET,
        password_cost: config.password_cost,
        clock: &clock,
    })
    .unwrap();
    Parts {
        db,
        clock,
        gate,
        access: Data::new(Access::of(&DOCUMENT).unwrap()),
        cursor_key,
        metrics: Data::new(Metrics::new().unwrap()),
        config: Data::new(config),
        document: DOCUMENT.clone(),
    }
}

/// Serves in a thread of its own, which ends with the server.
fn serve(
    parts: Parts,
    routes: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
) -> (SocketAddr, ServerHandle) {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        rt::System::new().block_on(async move {
            let server = HttpServer::new(move || app::build(parts.clone()).configure(routes.clone()))
                .workers(1)
                .disable_signals()
                .bind(("127.0.0.1", 0))
                .unwrap();
            let address = server.addrs()[0];
            let server = server.run();
            tell.send((address, server.handle())).unwrap();
            server.await.unwrap();
        });
    });
    told.recv().unwrap()
}
