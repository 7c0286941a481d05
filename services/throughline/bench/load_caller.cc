// The calls that generated code would make, with bytes in place of messages.
#include "services/throughline/bench/load_caller.h"

#include <utility>

#include <grpcpp/support/slice.h>

namespace throughline {
namespace {

grpc::ByteBuffer BufferOf(std::string_view bytes) {
    const grpc::Slice slice(bytes.data(), bytes.size());
    return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

Route::Route(const Connection& connection, const char* method, grpc::internal::RpcMethod::RpcType type)
    : connection_(connection), method_(method, type, connection.channel()) {}

void LoadCaller::Begin(TimePoint now, std::int64_t unix_ms) {
    began_ = now;
    Start(unix_ms);
}

void LoadCaller::Rest(std::chrono::milliseconds time) {
    resting_ = true;
    alarm_.Set(&queue_, std::chrono::system_clock::now() + time, this);
}

LoadCaller::Event LoadCaller::Take(bool ok) {
    if (std::exchange(resting_, false)) return Event::kRested;
    return Proceed(ok) ? Event::kEnded : Event::kWentOn;
}

void LoadCaller::Cancel() {
    if (resting_) return alarm_.Cancel();
    if (context_) context_->TryCancel();
}

void LoadCaller::Renew(const Route& route) {
    context_ = route.NewCall();
    exchange_ = Exchange{};
}

void UnaryCaller::Start(std::int64_t unix_ms) {
    // The call goes before its context does.
    call_.reset();
    Renew(route_);
    const grpc::ByteBuffer request = BufferOf(Request(unix_ms));
    call_.reset(grpc::internal::ClientAsyncResponseReaderHelper::Create<grpc::ByteBuffer>(
        route_.channel(), &queue_, route_.method(), context_.get(), request));
    call_->StartCall();
    call_->Finish(&answer_, &exchange_.status, this);
}

bool UnaryCaller::Proceed(bool) {
    if (exchange_.status.ok()) Answered(answer_);
    answer_.Clear();
    return true;
}

AppendCaller::AppendCaller(grpc::CompletionQueue& queue, const Route& route, const AppendShape& shape,
                           AppendTemplate requests, AppendTally& tally)
    : UnaryCaller(queue, route), facts_(shape.facts), requests_(std::move(requests)), tally_(tally) {}

std::string_view AppendCaller::Request(std::int64_t unix_ms) {
    const std::uint64_t from = tally_.tags_taken;
    tally_.tags_taken += requests_.tags();
    return requests_.Next(ids_, unix_ms, from);
}

void AppendCaller::Answered(grpc::ByteBuffer& bytes) {
    const std::optional<AppendAnswer> answer = ReadAppendAnswer(bytes);
    if (!answer || answer->last - answer->first + 1 != facts_) {
        exchange_.wrong = "ANSWER_WRONG";
        return;
    }
    if (answer->repeated) {
        exchange_.wrong = "ANSWER_REPEATED";
        return;
    }
    exchange_.facts = facts_;
    tally_.positions.Add(answer->first);
    requests_.SetAfter(Position{answer->last});
}

ReadCaller::ReadCaller(grpc::CompletionQueue& queue, const Route& route, RequestMaker request,
                       std::uint64_t records_min, RecordsRead& read)
    : LoadCaller(queue), route_(route), request_(std::move(request)), records_min_(records_min), read_(read) {}

void ReadCaller::Start(std::int64_t) {
    stream_.reset();
    Renew(route_);
    state_ = State::kStarting;
    stream_.reset(grpc::internal::ClientAsyncReaderFactory<grpc::ByteBuffer>::Create(
        route_.channel(), &queue_, route_.method(), context_.get(), BufferOf(request_()), true, this));
}

bool ReadCaller::Proceed(bool ok) {
    if (state_ == State::kEnding) {
        if (exchange_.facts < records_min_ && exchange_.wrong == nullptr) exchange_.wrong = "RECORDS_MISSING";
        return true;
    }
    if (state_ == State::kReading && ok) {
        const std::uint64_t before = read_.records;
        if (!CountRecords(message_, read_)) exchange_.wrong = "ANSWER_WRONG";
        exchange_.facts += read_.records - before;
        message_.Clear();
    }
    if (!ok) {
        state_ = State::kEnding;
        stream_->Finish(&exchange_.status, this);
        return false;
    }
    state_ = State::kReading;
    stream_->Read(&message_, this);
    return false;
}

}  // namespace throughline
