// Starts in the order in which the service does, and falls down as a machine does.
#include "tests/faults/powered_store.h"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "eventstore/vault/rocks_key_store.h"
#include "projections/runner/kafka_feed.h"
#include "projections/runner/log_feed.h"

namespace throughline {
namespace {

constexpr KeyEncryptionKey kKeyEncryptionKey{0x0f, 0x1e, 0x2d};

// Now and then the operator has the topic's last records published again.
constexpr unsigned kStartsForOneRepublishing = 3;
constexpr std::uint64_t kRepublished = 20;

// Rows are written ahead into a file that nobody syncs: a power cut leaves any beginning of it.
void DropUnsyncedRows(const std::string& folder, std::mt19937& random) {
    std::filesystem::path newest;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".log") newest = std::max(newest, entry.path());
    }
    if (newest.empty()) return;
    std::uniform_int_distribution<std::uintmax_t> left(0, std::filesystem::file_size(newest));
    std::filesystem::resize_file(newest, left(random));
}

}  // namespace

PoweredStore::PoweredStore(KafkaConnection kafka)
    : kafka_(std::move(kafka)),
      faults_(std::make_shared<FaultFileSystem>(rocksdb::FileSystem::Default())),
      env_(rocksdb::NewCompositeEnv(faults_)) {}

absl::Status PoweredStore::Init() {
    auto keys = RocksKeyStore::Init(folder_.Path("keys"), env_.get());
    if (!keys.ok()) return keys.status();
    if (absl::Status made = Vault::Initialise(**keys, kKeyEncryptionKey); !made.ok()) return made;
    RocksLogInit init;
    init.path = folder_.Path("log");
    init.clock = &clock_;
    init.env = env_.get();
    return RocksLog::Init(init);
}

absl::Status PoweredStore::Start() {
    auto store = std::make_unique<RunningStore>();
    const absl::Status opened = Open(*store);
    const std::lock_guard lock(mutex_);
    running_ = std::move(store);
    open_ = opened.ok();
    if (open_) ++starts_;
    changed_.notify_all();
    return opened;
}

absl::Status PoweredStore::Open(RunningStore& store) {
    const auto fatal = [this](const absl::Status& why) { NoteFatal(why); };
    auto keys = RocksKeyStore::Open(folder_.Path("keys"), env_.get(), fatal);
    if (!keys.ok()) return keys.status();
    auto vault = Vault::Open(*std::move(keys), kKeyEncryptionKey);
    if (!vault.ok()) return vault.status();
    store.vault = *std::move(vault);

    RocksLogOptions options;
    options.path = folder_.Path("log");
    options.clock = &clock_;
    options.fatal = fatal;
    options.head_sync_interval = std::chrono::milliseconds(20);
    options.env = env_.get();
    auto records = RocksLog::Open(std::move(options));
    if (!records.ok()) return records.status();
    store.records = *std::move(records);
    store.log = std::make_unique<LocalEventLog>(*store.records, *store.vault);

    PublisherSettings settings;
    settings.kafka = kafka_;
    settings.create_topic = true;
    settings.pause_max = std::chrono::milliseconds(500);
    settings.stop_timeout = std::chrono::milliseconds(0);
    if (++tries_ % kStartsForOneRepublishing == 0) {
        settings.republish_from = Position{published_ - std::min(published_, kRepublished)};
    }
    auto publisher = Publisher::Start(settings, *store.records, fatal);
    if (!publisher.ok()) return publisher.status();
    store.publisher = *std::move(publisher);
    return OpenViews(store);
}

absl::Status PoweredStore::OpenViews(RunningStore& store) {
    auto rows_from_log = RocksRows::Open(folder_.Path("from-log"));
    if (!rows_from_log.ok()) return rows_from_log.status();
    store.rows_from_log = *std::move(rows_from_log);
    store.from_log =
        std::make_unique<Runner>(view_, std::make_unique<LogFeed>(*store.log), *store.log, *store.rows_from_log);
    store.from_log->Start();

    auto rows_from_kafka = RocksRows::Open(folder_.Path("from-kafka"));
    if (!rows_from_kafka.ok()) return rows_from_kafka.status();
    store.rows_from_kafka = *std::move(rows_from_kafka);
    auto feed = KafkaFeed::Open(kafka_, *store.log);
    if (!feed.ok()) return feed.status();
    store.from_kafka = std::make_unique<Runner>(view_, *std::move(feed), *store.log, *store.rows_from_kafka);
    store.from_kafka->Start();
    return absl::OkStatus();
}

void PoweredStore::FallDown(std::mt19937& random) {
    std::unique_ptr<RunningStore> fallen;
    {
        std::unique_lock lock(mutex_);
        open_ = false;
        changed_.wait(lock, [this] { return inside_ == 0; });
        fallen = std::move(running_);
    }
    if (fallen->publisher) published_ = std::max(published_, fallen->publisher->Status().published);
    fallen.reset();
    const rocksdb::IOStatus dropped = faults_->DropUnsynced();
    EXPECT_TRUE(dropped.ok()) << dropped.ToString();
    faults_->Heal();
    for (const char* views : {"from-log", "from-kafka"}) {
        if (std::filesystem::exists(folder_.Path(views))) DropUnsyncedRows(folder_.Path(views), random);
    }
}

std::optional<std::uint64_t> PoweredStore::Use(std::uint64_t start, const std::function<void(RunningStore&)>& use) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return let_go_ || (open_ && starts_ >= start); });
    if (let_go_) return std::nullopt;
    const std::uint64_t used = starts_;
    ++inside_;
    lock.unlock();
    use(*running_);
    lock.lock();
    --inside_;
    changed_.notify_all();
    return used;
}

void PoweredStore::LetCallersGo() {
    const std::lock_guard lock(mutex_);
    let_go_ = true;
    changed_.notify_all();
}

void PoweredStore::NoteFatal(const absl::Status& why) {
    const std::lock_guard lock(mutex_);
    fatal_.push_back(why);
}

std::vector<absl::Status> PoweredStore::Fatal() const {
    const std::lock_guard lock(mutex_);
    return fatal_;
}

}  // namespace throughline
