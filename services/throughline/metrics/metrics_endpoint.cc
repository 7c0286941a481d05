// Boost.Beast, asynchronous on one thread.
#include "services/throughline/metrics/metrics_endpoint.h"

#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <prometheus/text_serializer.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace throughline {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr std::size_t kConnectionsMax = 16;
constexpr std::size_t kRequestBytesMax = 8 * 1024;
constexpr std::chrono::seconds kConnectionTime{10};
// No more files may be open, say: asking again at once would only spin.
constexpr std::chrono::milliseconds kAcceptPause{100};

using MetricSources = std::vector<std::shared_ptr<prometheus::Collectable>>;

std::vector<prometheus::MetricFamily> CollectAll(const MetricSources& sources) {
    std::vector<prometheus::MetricFamily> families;
    for (const auto& source : sources) {
        for (prometheus::MetricFamily& family : source->Collect()) families.push_back(std::move(family));
    }
    return families;
}

/// One connection: one request, one answer.
class Scrape : public std::enable_shared_from_this<Scrape> {
  public:
    Scrape(Tcp::socket socket, MetricSources sources, std::shared_ptr<std::size_t> open)
        : stream_(std::move(socket)), sources_(std::move(sources)), open_(std::move(open)) {
        ++*open_;
        parser_.header_limit(kRequestBytesMax);
        parser_.body_limit(kRequestBytesMax);
    }
    ~Scrape() { --*open_; }

    void Begin() {
        stream_.expires_after(kConnectionTime);
        http::async_read(stream_, buffer_, parser_, [self = shared_from_this()](ErrorCode error, std::size_t) {
            if (!error) self->Answer();
        });
    }

  private:
    void Answer() {
        const auto target = parser_.get().target();
        response_.version(parser_.get().version());
        response_.keep_alive(false);
        if (parser_.get().method() != http::verb::get) {
            response_.result(http::status::method_not_allowed);
            response_.set(http::field::allow, "GET");
        } else if (target != "/metrics") {
            response_.result(http::status::not_found);
            response_.set(http::field::content_type, "text/plain");
            response_.body() = "metrics are at /metrics\n";
        } else {
            response_.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
            response_.body() = prometheus::TextSerializer().Serialize(CollectAll(sources_));
        }
        response_.prepare_payload();
        http::async_write(stream_, response_, [self = shared_from_this()](ErrorCode, std::size_t) {
            ErrorCode ignored;
            self->stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
        });
    }

    beast::tcp_stream stream_;
    MetricSources sources_;
    std::shared_ptr<std::size_t> open_;
    beast::flat_buffer buffer_{kRequestBytesMax * 2};
    http::request_parser<http::string_body> parser_;
    http::response<http::string_body> response_;
};

}  // namespace

class MetricsEndpoint::Impl {
  public:
    explicit Impl(MetricSources sources) : sources_(std::move(sources)) {}

    ~Impl() {
        context_.stop();
        if (thread_.joinable()) thread_.join();
    }

    absl::Status Listen(const std::string& host, std::uint16_t port) {
        ErrorCode error;
        const auto address = asio::ip::make_address(host, error);
        const Tcp::endpoint endpoint(address, port);
        if (!error) error = acceptor_.open(endpoint.protocol(), error);
        if (!error) error = acceptor_.set_option(asio::socket_base::reuse_address(true), error);
        if (!error) error = acceptor_.bind(endpoint, error);
        if (!error) error = acceptor_.listen(asio::socket_base::max_listen_connections, error);
        if (error) {
            return absl::UnavailableError(
                fmt::format("cannot serve metrics on {} port {}: {}", host, port, error.message()));
        }
        Accept();
        thread_ = std::thread([this] { context_.run(); });
        return absl::OkStatus();
    }

    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  private:
    void Accept() {
        acceptor_.async_accept([this](ErrorCode error, Tcp::socket socket) {
            if (!error && *open_ < kConnectionsMax) {
                std::make_shared<Scrape>(std::move(socket), sources_, open_)->Begin();
            }
            if (error == asio::error::operation_aborted) return;
            if (!error) return Accept();
            pause_.expires_after(kAcceptPause);
            pause_.async_wait([this](ErrorCode ended) {
                if (!ended) Accept();
            });
        });
    }

    MetricSources sources_;
    std::shared_ptr<std::size_t> open_ = std::make_shared<std::size_t>(0);
    asio::io_context context_;
    Tcp::acceptor acceptor_{context_};
    asio::steady_timer pause_{context_};
    std::thread thread_;
};

MetricsEndpoint::MetricsEndpoint(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
MetricsEndpoint::~MetricsEndpoint() = default;

absl::StatusOr<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::Open(const std::string& host, std::uint16_t port,
                                                                       MetricSources sources) {
    auto impl = std::make_unique<Impl>(std::move(sources));
    if (const absl::Status listening = impl->Listen(host, port); !listening.ok()) return listening;
    return std::unique_ptr<MetricsEndpoint>(new MetricsEndpoint(std::move(impl)));
}

std::uint16_t MetricsEndpoint::port() const {
    return impl_->port();
}

}  // namespace throughline
