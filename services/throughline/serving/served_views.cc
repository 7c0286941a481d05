// The feed is the one thing that differs by setting.
#include "services/throughline/serving/served_views.h"

#include <filesystem>

#include <fmt/format.h>

#include "projections/runner/kafka_feed.h"
#include "projections/runner/log_feed.h"

namespace throughline {
namespace {

absl::StatusOr<std::unique_ptr<Feed>> OpenFeed(const ServeSettings& settings, EventLog& log) {
    if (settings.feed == "log") return std::make_unique<LogFeed>(log);
    absl::StatusOr<KafkaConnection> connection = KafkaConnectionOf(settings);
    if (!connection.ok()) return connection.status();
    absl::StatusOr<std::unique_ptr<KafkaFeed>> feed = KafkaFeed::Open(*std::move(connection), log);
    if (!feed.ok()) return feed.status();
    return *std::move(feed);
}

}  // namespace

ServedViews::ServedViews(OpenedStore& store) : subjects_(store.vault()) {}

ServedViews::~ServedViews() {
    if (runner_) runner_->Stop();
}

absl::StatusOr<std::unique_ptr<ServedViews>> ServedViews::Open(const ServeSettings& settings, OpenedStore& store,
                                                               const Authenticator& authenticator, Workers& workers) {
    std::unique_ptr<ServedViews> views(new ServedViews(store));
    const std::string folder = settings.views_folder.empty() ? settings.store.Views() : settings.views_folder;
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return absl::UnavailableError(fmt::format("cannot make the folder {}: {}", folder, error.message()));
    auto rows = RocksRows::Open(folder + "/chronology");
    if (!rows.ok()) return rows.status();
    views->rows_ = *std::move(rows);
    absl::StatusOr<std::unique_ptr<Feed>> feed = OpenFeed(settings, store.log());
    if (!feed.ok()) return feed.status();
    views->runner_ = std::make_unique<Runner>(views->chronology_, *std::move(feed), store.log(), *views->rows_);
    views->query_ = std::make_unique<ChronologyQuery>(views->chronology_, *views->rows_, store.log(), views->subjects_,
                                                      store.clock());
    views->service_ = std::make_unique<ChronologyService>(authenticator, *views->query_, *views->runner_, workers);
    views->runner_->Start();
    return views;
}

}  // namespace throughline
