// The seam through which the event store's services learn who is calling: they know nothing of tokens.
#pragma once

#include <string>

#include <grpcpp/server_context.h>

#include "absl/status/statusor.h"

namespace throughline {

/// What a call to the event store needs to be allowed.
enum class Permission {
    kSeeTime,       ///< Ask for the store's time.
    kRead,          ///< Read records of every subject, opened.
    kAppend,        ///< Add records of any kind; make subjects.
    kErase,         ///< Destroy a subject's key.
    kMoveTheClock,  ///< Move the clock of a synthetic store.
};

/// A caller who was let in.
struct Caller {
    std::string id;  ///< Stable and unique to the caller; what makes a command id theirs.
};

/// Decides who may do what. Safe from many threads; never blocks.
class Gatekeeper {
  public:
    virtual ~Gatekeeper() = default;

    ///   UNAUTHENTICATED     nobody knows who calls; the text says how to get a token
    ///   PERMISSION_DENIED   known, but not allowed; the text says who is
    [[nodiscard]] virtual absl::StatusOr<Caller> Admit(const grpc::ServerContextBase& context,
                                                       Permission permission) const = 0;
};

}  // namespace throughline
