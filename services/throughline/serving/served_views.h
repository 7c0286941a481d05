// The role `views`: rows, the runner that keeps them up to date, and the services that answer from them.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "projections/chronology/chronology.h"
#include "projections/runner/rocks_rows.h"
#include "projections/runner/runner.h"
#include "services/auth/identity.h"
#include "services/throughline/serving/opened_store.h"
#include "services/throughline/serving/serve_settings.h"
#include "services/views/chronology_query.h"
#include "services/views/chronology_service.h"
#include "services/views/subject_finder.h"
#include "services/views/workers.h"

namespace throughline {

/// One view today; another one is a member beside `chronology_`.
class ServedViews {
  public:
    /// Opens the rows and starts the runner. What it is given outlives it.
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<ServedViews>> Open(const ServeSettings& settings,
                                                                           OpenedStore& store,
                                                                           const Authenticator& authenticator,
                                                                           Workers& workers);
    ~ServedViews();

    [[nodiscard]] ChronologyService& chronology() { return *service_; }
    [[nodiscard]] std::vector<Runner*> runners() { return {runner_.get()}; }

  private:
    explicit ServedViews(OpenedStore& store);

    const Chronology chronology_;
    VaultSubjectFinder subjects_;
    std::unique_ptr<RocksRows> rows_;
    std::unique_ptr<Runner> runner_;
    std::unique_ptr<ChronologyQuery> query_;
    std::unique_ptr<ChronologyService> service_;
};

}  // namespace throughline
