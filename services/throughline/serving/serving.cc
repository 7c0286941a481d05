// The order of building, which is the order of the rooms.
#include "services/throughline/serving/serving.h"

#include <utility>

#include <fmt/format.h>

#include "eventstore/base/consistency_token.h"
#include "eventstore/base/status_details.h"
#include "services/throughline/logging.h"
#include "services/throughline/metrics/call_metrics.h"
#include "services/throughline/metrics/store_metrics.h"
#include "services/throughline/serving/unreadable_request.h"
#include "services/throughline/verb.h"

namespace throughline {
namespace {

constexpr std::size_t kViewThreads = 4;
constexpr std::size_t kWaitingQuestionsMax = 1'024;

views::v1::FollowerStatus StatusOf(const Publisher& publisher) {
    const PublisherStatus status = publisher.Status();
    views::v1::FollowerStatus follower;
    follower.set_name("publisher");
    follower.set_source("log");
    follower.set_records(status.published);
    follower.set_trouble(status.trouble);
    return follower;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Serving>> Serving::Open(const ServeSettings& settings) {
    if (const absl::Status checked = CheckServeSettings(settings); !checked.ok()) return checked;
    std::unique_ptr<Serving> serving(new Serving(settings));
    serving->roles_ = *RolesOf(settings);
    const std::string key_file = settings.key_file.empty() ? settings.store.DefaultKeyFile() : settings.key_file;
    auto store = OpenedStore::Open(settings.store, key_file,
                                   [raw = serving.get()](const absl::Status& why) { raw->Fatal(why); });
    if (!store.ok()) return store.status();
    serving->store_ = *std::move(store);
    if (serving->synthetic() && !settings.synthetic) {
        return BadSettings(
            "the store is synthetic: its clock can be moved, and whoever reads its folder can make tokens; give "
            "--synthetic "
            "if it is meant for stories and tests");
    }
    if (const absl::Status opened = serving->OpenRoles(); !opened.ok()) return opened;
    if (const absl::Status opened = serving->OpenFace(); !opened.ok()) return opened;
    LogEvent(spdlog::level::info, "serving",
             {{"store_id", ToString(serving->store_->log().StoreId())},
              {"records", static_cast<std::int64_t>(ToUint64(serving->store_->log().End()))},
              {"feed", settings.feed},
              {"grpc", serving->Address()},
              {"metrics", serving->MetricsAddress()}});
    return serving;
}

std::string Serving::Address() const {
    return HostPort{ParseHostPort(settings_.listen)->host, static_cast<std::uint16_t>(face_->port())}.Text();
}

std::string Serving::MetricsAddress() const {
    return HostPort{ParseHostPort(settings_.metrics)->host, metrics_->port()}.Text();
}

std::string Serving::NowToken() {
    return EncodeConsistencyToken(store_->log().StoreId(), store_->log().End());
}

absl::Status Serving::OpenRoles() {
    auto authenticator = AuthenticatorOf(settings_, synthetic(), store_->log().StoreId(), machine_clock_);
    if (!authenticator.ok()) return authenticator.status();
    authenticator_ = *std::move(authenticator);
    gatekeeper_ = std::make_unique<StoreGatekeeper>(*authenticator_);
    if (roles_.publisher) {
        if (const absl::Status opened = OpenPublisher(); !opened.ok()) return opened;
    }
    workers_ = std::make_unique<Workers>(kViewThreads, kWaitingQuestionsMax);
    if (roles_.views) {
        auto views = ServedViews::Open(settings_, *store_, *authenticator_, *workers_);
        if (!views.ok()) return views.status();
        views_ = *std::move(views);
    }
    if (roles_.casework) casework_ = std::make_unique<ServedCasework>(*store_, *authenticator_);
    log_server_ = std::make_unique<EventLogServer>(
        store_->records(), store_->log(), store_->clock(), *gatekeeper_,
        EventLogServer::Options{.write_timeout = std::chrono::seconds(settings_.slow_reader_s)});
    vault_server_ = std::make_unique<VaultServer>(store_->vault(), store_->erasure(), *gatekeeper_);
    clock_server_ = std::make_unique<ClockServer>(store_->store_clock(), *gatekeeper_);
    ledger_server_ =
        std::make_unique<LedgerServer>(store_->records(), store_->checkpointer(), store_->signer(), *gatekeeper_);
    status_ =
        std::make_unique<StatusService>(*authenticator_,
                                        StatusSources{.log = &store_->log(),
                                                      .writable = [this] { return store_->records().Writable(); },
                                                      .views = views_ ? views_->runners() : std::vector<Runner*>{},
                                                      .others = Others()},
                                        *workers_);
    return absl::OkStatus();
}

absl::Status Serving::OpenPublisher() {
    PublisherSettings publisher;
    publisher.kafka = *KafkaConnectionOf(settings_);
    publisher.create_topic = settings_.kafka_create_topic || synthetic();
    if (settings_.republish_from) publisher.republish_from = Position{*settings_.republish_from};
    auto started =
        Publisher::Start(std::move(publisher), store_->records(), [this](const absl::Status& why) { Fatal(why); });
    if (!started.ok()) {
        const std::string why(started.status().message());
        return BadSettings("--kafka-setting: " + why);
    }
    publisher_ = *std::move(started);
    return absl::OkStatus();
}

std::vector<std::function<views::v1::FollowerStatus()>> Serving::Others() {
    if (!publisher_) return {};
    return {[this] { return StatusOf(*publisher_); }};
}

absl::Status Serving::OpenFace() {
    registry_ = std::make_shared<prometheus::Registry>();
    StoreMetrics::Sources sources{.records = [this] { return ToUint64(store_->log().End()); },
                                  .log = [this] { return store_->records().Counters(); },
                                  .writable = [this] { return store_->records().Writable(); },
                                  .streams = [this] { return log_server_->streams(); },
                                  .followers = {}};
    if (views_) {
        for (Runner* runner : views_->runners()) sources.followers.emplace_back([runner] { return runner->Status(); });
    }
    for (auto& other : Others()) sources.followers.push_back(std::move(other));
    store_metrics_ = std::make_shared<StoreMetrics>(std::move(sources));

    std::vector<grpc::Service*> services{log_server_.get(), vault_server_.get(), clock_server_.get(),
                                         ledger_server_.get(), status_.get()};
    if (views_) services.push_back(&views_->chronology());
    if (casework_) {
        for (grpc::Service* service : casework_->services()) services.push_back(service);
    }
    GrpcFace::Interceptors interceptors;
    interceptors.push_back(std::make_unique<CallMetrics>(registry_));
    // Answers run through them backwards, so the metrics see what is really sent.
    interceptors.push_back(std::make_unique<UnreadableRequest>());
    auto face = GrpcFace::Open(settings_, services, std::move(interceptors));
    if (!face.ok()) return face.status();
    {
        const std::lock_guard lock(mutex_);
        face_ = *std::move(face);
        if (end_ && !end_->ok()) face_->NotServing();
    }
    const HostPort where = *ParseHostPort(settings_.metrics);
    auto metrics = MetricsEndpoint::Open(where.host, where.port, {registry_, store_metrics_});
    if (!metrics.ok()) return metrics.status();
    metrics_ = *std::move(metrics);
    return absl::OkStatus();
}

Serving::~Serving() {
    Drain();
    metrics_.reset();
    face_.reset();
    // The publisher's reports and the views' reads end before what they read goes.
    status_.reset();
    casework_.reset();
    views_.reset();
    workers_.reset();
    publisher_.reset();
}

void Serving::Drain() {
    if (log_server_) log_server_->StopStreams();
    if (face_) face_->Stop(std::chrono::seconds(settings_.drain_s));
}

void Serving::AskToStop() {
    const std::lock_guard lock(mutex_);
    if (!end_) end_ = absl::OkStatus();
    ended_.notify_all();
}

void Serving::Fatal(const absl::Status& why) {
    LogEvent(spdlog::level::critical, "the store can no longer be trusted; exiting, and the next start decides",
             {{"code", absl::StatusCodeToString(why.code())},
              {"reason", ReasonOf(why)},
              {"why", std::string(why.message())}});
    const std::lock_guard lock(mutex_);
    if (face_) face_->NotServing();
    if (!end_ || end_->ok()) end_ = why;
    ended_.notify_all();
}

absl::Status Serving::Wait() {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return end_.has_value(); });
    return *end_;
}

}  // namespace throughline
