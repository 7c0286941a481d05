// One caller of a load: sends a request, waits for its answer, and then sends the next.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <grpcpp/alarm.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/impl/rpc_method.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/async_unary_call.h>
#include <grpcpp/support/byte_buffer.h>

#include "services/throughline/bench/answers.h"
#include "services/throughline/bench/append_template.h"
#include "services/throughline/verbs/connection.h"

namespace throughline {

/// A method on a connection, known to gRPC ahead of the calls.
class Route {
  public:
    /// `method` lasts as long as the program, as does a literal; the connection outlives the route.
    Route(const Connection& connection, const char* method, grpc::internal::RpcMethod::RpcType type);

    [[nodiscard]] std::unique_ptr<grpc::ClientContext> NewCall() const { return connection_.NewCall(true); }
    [[nodiscard]] grpc::ChannelInterface* channel() const { return connection_.channel().get(); }
    [[nodiscard]] const grpc::internal::RpcMethod& method() const { return method_; }

  private:
    const Connection& connection_;
    const grpc::internal::RpcMethod method_;
};

/// What one exchange came to.
struct Exchange {
    grpc::Status status;
    std::uint64_t facts = 0;
    const char* wrong = nullptr;  ///< What cannot be true of an OK answer, as a reason; lasts as long as the program.
};

/// A caller on a completion queue that one thread serves; all its events carry the caller as their tag.
class LoadCaller {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    /// What an event of the queue meant.
    enum class Event { kWentOn, kEnded, kRested };

    explicit LoadCaller(grpc::CompletionQueue& queue) : queue_(queue) {}
    virtual ~LoadCaller() = default;

    /// Begins an exchange.
    void Begin(TimePoint now, std::int64_t unix_ms);
    /// Does nothing for a while, and then has an event.
    void Rest(std::chrono::milliseconds time);
    /// Takes the caller's next event.
    [[nodiscard]] Event Take(bool ok);
    /// Ends the exchange or the rest under way soon; its event still comes.
    void Cancel();

    [[nodiscard]] const Exchange& exchange() const { return exchange_; }
    [[nodiscard]] TimePoint began() const { return began_; }

  protected:
    virtual void Start(std::int64_t unix_ms) = 0;
    /// True when the exchange is over.
    [[nodiscard]] virtual bool Proceed(bool ok) = 0;
    /// Makes room for a new exchange; the calls of the last one are gone.
    void Renew(const Route& route);

    grpc::CompletionQueue& queue_;
    std::unique_ptr<grpc::ClientContext> context_;
    Exchange exchange_;

  private:
    grpc::Alarm alarm_;
    bool resting_ = false;
    TimePoint began_{};
};

/// Calls a unary method with bytes.
class UnaryCaller : public LoadCaller {
  public:
    UnaryCaller(grpc::CompletionQueue& queue, const Route& route) : LoadCaller(queue), route_(route) {}

  protected:
    void Start(std::int64_t unix_ms) final;
    [[nodiscard]] bool Proceed(bool ok) final;
    /// The next request; its bytes hold until the next one is asked for.
    [[nodiscard]] virtual std::string_view Request(std::int64_t unix_ms) = 0;
    /// Looks at an OK answer.
    virtual void Answered(grpc::ByteBuffer& answer) = 0;

  private:
    const Route& route_;
    std::unique_ptr<grpc::ClientAsyncResponseReader<grpc::ByteBuffer>> call_;
    grpc::ByteBuffer answer_;
};

/// What all appending callers of a load share.
struct AppendTally {
    explicit AppendTally(std::uint64_t facts) : positions(facts) {}

    GivenPositions positions;
    std::uint64_t tags_taken = 0;  ///< Of those that are taken in turn.
};

/// Appends.
class AppendCaller final : public UnaryCaller {
  public:
    /// `tally` outlives it.
    AppendCaller(grpc::CompletionQueue& queue, const Route& route, const AppendShape& shape, AppendTemplate requests,
                 AppendTally& tally);

  private:
    std::string_view Request(std::int64_t unix_ms) override;
    void Answered(grpc::ByteBuffer& answer) override;

    const std::uint64_t facts_;
    AppendTemplate requests_;
    AppendTally& tally_;
    UuidSource ids_;
};

/// Calls a method that does nothing, with the bytes of another's request.
class EmptyCaller final : public UnaryCaller {
  public:
    EmptyCaller(grpc::CompletionQueue& queue, const Route& route, std::string request)
        : UnaryCaller(queue, route), request_(std::move(request)) {}

  private:
    std::string_view Request(std::int64_t) override { return request_; }
    void Answered(grpc::ByteBuffer&) override {}

    const std::string request_;
};

/// Reads streams of records to their end.
class ReadCaller final : public LoadCaller {
  public:
    /// What to ask for: a serialised ReadRequest, made for each exchange.
    using RequestMaker = std::function<std::string()>;

    /// An answer with fewer than `records_min` records is wrong. `read` outlives it.
    ReadCaller(grpc::CompletionQueue& queue, const Route& route, RequestMaker request, std::uint64_t records_min,
               RecordsRead& read);

  private:
    void Start(std::int64_t unix_ms) override;
    [[nodiscard]] bool Proceed(bool ok) override;

    enum class State { kStarting, kReading, kEnding };

    const Route& route_;
    const RequestMaker request_;
    const std::uint64_t records_min_;
    RecordsRead& read_;
    std::unique_ptr<grpc::ClientAsyncReader<grpc::ByteBuffer>> stream_;
    grpc::ByteBuffer message_;
    State state_ = State::kStarting;
};

}  // namespace throughline
