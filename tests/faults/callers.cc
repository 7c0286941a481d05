// A command is decided on what its pupil's records are now, and only written while that is still so.
#include "tests/faults/callers.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace throughline {
namespace {

// Few enough that callers come into each other's way.
constexpr std::size_t kPupilsAtATime = 6;
// So often an answer gets lost on its way, and the same command goes out again, before or after a power cut.
constexpr unsigned kAnswersForOneLost = 20;

// Holds while the pupil's records are what they are now.
absl::StatusOr<Condition> NothingNewAbout(EventLog& log, const NewEvent& event) {
    Condition condition;
    condition.query.items.push_back({.types = {}, .tags = {event.tags.front()}});
    ReadOptions last;
    last.query = condition.query;
    last.backwards = true;
    last.limit = 1;
    last.headers_only = true;
    const absl::StatusOr<RecordBatch> batch = log.Read(last);
    if (!batch.ok()) return batch.status();
    if (!batch->records.empty()) condition.after = batch->records.front().position;
    return condition;
}

// Whether a caller is to send it again once the store is up again.
bool AnswerIsOutstanding(const absl::Status& status) {
    return absl::IsUnavailable(status) || absl::IsResourceExhausted(status);
}

}  // namespace

void Oracle::Acknowledge(const std::vector<NewEvent>& events, const Appended& where) {
    const std::lock_guard lock(mutex_);
    ASSERT_EQ(where.headers.size(), events.size());
    EXPECT_EQ(where.last, Next(where.first, events.size() - 1));
    for (std::size_t i = 0; i < events.size(); ++i) {
        const std::string id(events[i].id.AsBytes());
        EXPECT_EQ(where.headers[i].event_id(), id);
        EXPECT_TRUE(facts_.emplace(id, Fact{Next(where.first, i), events[i].body}).second);
    }
    least_end_ = std::max(least_end_, Next(where.last));
    repeated_ += where.repeated ? 1 : 0;
}

void Oracle::Acknowledge(const std::string& upn, SubjectId pupil) {
    const std::lock_guard lock(mutex_);
    EXPECT_TRUE(pupils_.emplace(upn, pupil).second);
}

std::size_t Oracle::size() const {
    const std::lock_guard lock(mutex_);
    return facts_.size();
}

Position Oracle::LeastEnd() const {
    const std::lock_guard lock(mutex_);
    return least_end_;
}

std::map<std::string, Oracle::Fact> Oracle::facts() const {
    const std::lock_guard lock(mutex_);
    return facts_;
}

std::map<std::string, SubjectId> Oracle::pupils() const {
    const std::lock_guard lock(mutex_);
    return pupils_;
}

std::size_t Oracle::repeated() const {
    const std::lock_guard lock(mutex_);
    return repeated_;
}

Callers::Callers(PoweredStore& store, Oracle& oracle, std::mt19937& random) : store_(store), oracle_(oracle) {
    for (int number = 0; number < kCallers; ++number) {
        Caller caller;
        caller.number = number;
        caller.random.seed(random());
        threads_.emplace_back([this, caller = std::move(caller)]() mutable { Work(std::move(caller)); });
    }
}

Callers::~Callers() {
    finishing_ = true;
    store_.LetCallersGo();
    Finish();
}

void Callers::Finish() {
    finishing_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

void Callers::Work(Caller caller) {
    while (!finishing_) {
        const auto dice = caller.random() % 10;
        ++caller.made;
        const bool answered = caller.made == 1 || dice == 0         ? RegisterPupil(caller)
                              : dice <= 2 && !caller.raised.empty() ? PutRight(caller)
                                                                    : RaiseReferrals(caller);
        if (!answered) return;
    }
}

bool Callers::RegisterPupil(Caller& caller) {
    const std::string upn = fmt::format("A{:03}{:09}", caller.number, caller.made);
    PupilFacts facts;
    if (!InsistOnPupil(upn, facts.pupil)) return false;
    if (!Insist(caller, {facts.Event(facts.Registered(PupilFacts::On(2025, 9, 1), "Ida", upn))})) return false;
    const std::lock_guard lock(mutex_);
    if (pupils_.size() == kPupilsAtATime) pupils_.erase(pupils_.begin());
    pupils_.push_back(facts);
    return true;
}

// Two in one request: both are there, or neither.
bool Callers::RaiseReferrals(Caller& caller) {
    PupilFacts facts;
    {
        const std::lock_guard lock(mutex_);
        facts = pupils_[caller.random() % pupils_.size()];
    }
    std::vector<NewEvent> events;
    for (const char* part : {"first", "second"}) {
        facts.referral = ToString(RandomUuid());
        const int day = 1 + static_cast<int>(caller.random() % 28);
        const std::string concern = fmt::format("{} {} of caller {}", part, caller.made, caller.number);
        events.push_back(facts.Event(facts.Raised(PupilFacts::On(2025, 9, day), concern)));
    }
    if (!Insist(caller, events)) return false;
    caller.raised.push_back({facts, ToString(events.back().id)});
    return true;
}

bool Callers::PutRight(Caller& caller) {
    const std::size_t which = caller.random() % caller.raised.size();
    const Raised raised = caller.raised[which];
    caller.raised.erase(caller.raised.begin() + static_cast<std::ptrdiff_t>(which));
    const PupilFacts& facts = raised.pupil;
    const events::v1::Fact fact =
        caller.random() % 2 == 0
            ? PupilFacts::Correction(raised.event_id, facts.Raised(PupilFacts::On(2025, 8, 30), "put right"),
                                     "misheard")
            : PupilFacts::Annulment(raised.event_id, "another pupil's");
    return Insist(caller, {facts.Event(fact)});
}

bool Callers::Insist(Caller& caller, const std::vector<NewEvent>& events) {
    const CommandKey key{fmt::format("caller {}", caller.number), CommandId{RandomUuid()}, events.front().body};
    std::optional<Position> lost;  // What was answered, and did not arrive.
    std::uint64_t start = 0;
    while (true) {
        absl::StatusOr<Appended> appended = absl::UnknownError("not asked");
        const std::optional<std::uint64_t> used = store_.Use(start, [&](RunningStore& store) {
            const absl::StatusOr<Condition> condition = NothingNewAbout(*store.log, events.front());
            if (condition.ok()) {
                appended = store.log->Append(key, *condition, events);
            } else {
                appended = condition.status();
            }
        });
        if (!used) return false;
        if (appended.ok() && !lost && caller.random() % kAnswersForOneLost == 0) {
            lost = appended->first;
            start = *used;
            continue;
        }
        if (appended.ok()) {
            EXPECT_EQ(appended->first, lost.value_or(appended->first));
            EXPECT_TRUE(appended->repeated || !lost);
            oracle_.Acknowledge(events, *appended);
            return true;
        }
        const bool again = AnswerIsOutstanding(appended.status());
        if (!again && !absl::IsAborted(appended.status())) {
            ADD_FAILURE() << appended.status();
            return false;
        }
        start = *used + (again ? 1 : 0);
    }
}

bool Callers::InsistOnPupil(const std::string& upn, SubjectId& pupil) {
    std::uint64_t start = 0;
    while (true) {
        absl::StatusOr<Subject> subject = absl::UnknownError("not asked");
        const std::optional<std::uint64_t> used = store_.Use(start, [&](RunningStore& store) {
            subject = store.vault->GetOrCreate(eventstore::v1::SUBJECT_KIND_PUPIL, upn);
        });
        if (!used) return false;
        if (subject.ok()) {
            oracle_.Acknowledge(upn, subject->id);
            pupil = subject->id;
            return true;
        }
        if (!AnswerIsOutstanding(subject.status())) {
            ADD_FAILURE() << subject.status();
            return false;
        }
        start = *used + 1;
    }
}

}  // namespace throughline
