// Who is told of a new end, and how they leave safely.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "eventstore/base/position.h"

namespace throughline {

/// The listeners of a log. Safe from many threads; a listener may add and remove listeners, itself too, while it is
/// called.
class Listeners {
  public:
    using Listener = std::function<void(Position end)>;

    Listeners();

    /// Calls `listener` until the returned handle is gone. Letting go of the handle waits for a call that is under way
    /// in another thread, so it must not hold what the listener waits for. The handle may outlive the log.
    [[nodiscard]] std::shared_ptr<void> Add(Listener listener);

    /// Calls every listener, in the order in which they came.
    void Notify(Position end) const;

  private:
    struct Entry;
    struct Entries;

    std::shared_ptr<Entries> entries_;
};

}  // namespace throughline
