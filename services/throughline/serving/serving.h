// A whole server in this process: the store, the roles on top of it, gRPC and metrics, built bottom-up and taken down
// in the reverse order.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include <prometheus/registry.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/publisher/publisher.h"
#include "eventstore/server/clock_server.h"
#include "eventstore/server/event_log_server.h"
#include "eventstore/server/ledger_server.h"
#include "eventstore/server/vault_server.h"
#include "services/auth/store_gatekeeper.h"
#include "services/throughline/metrics/metrics_endpoint.h"
#include "services/throughline/serving/credentials.h"
#include "services/throughline/serving/grpc_face.h"
#include "services/throughline/serving/opened_store.h"
#include "services/throughline/serving/serve_settings.h"
#include "services/throughline/serving/served_casework.h"
#include "services/throughline/serving/served_views.h"
#include "services/views/status_service.h"

namespace throughline {

/// Serves from Open() until it is destroyed.
class Serving {
  public:
    /// Opens an existing store and serves it. Errors as CheckServeSettings and OpenedStore::Open, and
    ///   INVALID_ARGUMENT (BAD_SETTINGS)   the store is synthetic and the settings do not allow that
    ///   UNAVAILABLE                       a port is taken
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<Serving>> Open(const ServeSettings& settings);
    ~Serving();

    /// Where gRPC and metrics are served, with the real ports.
    [[nodiscard]] std::string Address() const;
    [[nodiscard]] std::string MetricsAddress() const;
    /// For a question that is to see everything recorded so far.
    [[nodiscard]] std::string NowToken();
    [[nodiscard]] Instant Now() { return store_->clock().Now(); }
    [[nodiscard]] bool synthetic() { return store_->log().Synthetic(); }
    [[nodiscard]] std::shared_ptr<grpc::Channel> InProcessChannel() { return face_->InProcessChannel(); }

    /// Asks it to stop; safe from any thread, at once.
    void AskToStop();

    /// Waits until it is asked to stop (OK), or until the store can no longer be trusted: then the status says why,
    /// health says NOT_SERVING already, and the process should exit without taking anything down.
    [[nodiscard]] absl::Status Wait();

    /// Lets calls end within the drain time.
    void Drain();

    /// What the store calls when it can no longer be trusted, and a test when it pretends to be.
    void Fatal(const absl::Status& why);

  private:
    explicit Serving(const ServeSettings& settings) : settings_(settings) {}

    [[nodiscard]] absl::Status OpenRoles();
    [[nodiscard]] absl::Status OpenPublisher();
    [[nodiscard]] absl::Status OpenFace();
    [[nodiscard]] std::vector<std::function<views::v1::FollowerStatus()>> Others();

    const ServeSettings settings_;
    Roles roles_;
    const SystemClock machine_clock_;

    std::mutex mutex_;
    std::condition_variable ended_;
    std::optional<absl::Status> end_;

    // From the bottom up.
    std::unique_ptr<OpenedStore> store_;
    std::unique_ptr<TokenAuthenticator> authenticator_;
    std::unique_ptr<StoreGatekeeper> gatekeeper_;
    std::unique_ptr<Publisher> publisher_;
    std::unique_ptr<Workers> workers_;
    std::unique_ptr<ServedViews> views_;
    std::unique_ptr<ServedCasework> casework_;
    std::unique_ptr<EventLogServer> log_server_;
    std::unique_ptr<VaultServer> vault_server_;
    std::unique_ptr<ClockServer> clock_server_;
    std::unique_ptr<LedgerServer> ledger_server_;
    std::unique_ptr<StatusService> status_;
    std::shared_ptr<prometheus::Registry> registry_;
    std::shared_ptr<prometheus::Collectable> store_metrics_;
    std::unique_ptr<GrpcFace> face_;
    std::unique_ptr<MetricsEndpoint> metrics_;
};

}  // namespace throughline
