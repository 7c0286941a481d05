// Sixteen callers who write about the same pupils at once, and an account of all that they were told is written.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "eventstore/store/event_log.h"
#include "tests/faults/powered_store.h"
#include "tests/projections/runner/pupil_facts.h"

namespace throughline {

/// What callers were told, outside the store. Safe from many threads.
class Oracle {
  public:
    struct Fact {
        Position position{};
        std::string body;
    };

    /// All events of one command were acknowledged.
    void Acknowledge(const std::vector<NewEvent>& events, const Appended& where);
    /// A pupil's identity was acknowledged.
    void Acknowledge(const std::string& upn, SubjectId pupil);

    [[nodiscard]] std::size_t size() const;
    /// The end that a log has which holds everything.
    [[nodiscard]] Position LeastEnd() const;
    /// By the bytes of their event ids.
    [[nodiscard]] std::map<std::string, Fact> facts() const;
    [[nodiscard]] std::map<std::string, SubjectId> pupils() const;
    /// How many commands were answered with what an earlier attempt had written.
    [[nodiscard]] std::size_t repeated() const;

  private:
    mutable std::mutex mutex_;
    std::map<std::string, Fact> facts_;
    std::map<std::string, SubjectId> pupils_;
    std::size_t repeated_ = 0;
    Position least_end_{};
};

/// Work from when they are made until Finish(). Each repeats every command until it is answered.
class Callers {
  public:
    static constexpr int kCallers = 16;

    Callers(PoweredStore& store, Oracle& oracle, std::mt19937& random);
    Callers(const Callers&) = delete;
    Callers& operator=(const Callers&) = delete;
    ~Callers();

    /// Waits until each has the answer to what it was doing; the store must be up.
    void Finish();

  private:
    /// A raised referral that its caller may correct or annul.
    struct Raised {
        PupilFacts pupil;
        std::string event_id;
    };
    struct Caller {
        int number = 0;
        std::mt19937 random;
        int made = 0;
        std::vector<Raised> raised;
    };

    void Work(Caller caller);
    [[nodiscard]] bool RegisterPupil(Caller& caller);
    [[nodiscard]] bool RaiseReferrals(Caller& caller);
    [[nodiscard]] bool PutRight(Caller& caller);
    [[nodiscard]] bool Insist(Caller& caller, const std::vector<NewEvent>& events);
    [[nodiscard]] bool InsistOnPupil(const std::string& upn, SubjectId& pupil);

    PoweredStore& store_;
    Oracle& oracle_;
    std::atomic<bool> finishing_ = false;
    std::mutex mutex_;
    std::vector<PupilFacts> pupils_;
    std::vector<std::thread> threads_;
};

}  // namespace throughline
