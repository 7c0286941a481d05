// One GET of /metrics, and one line of what comes.
#include "services/throughline/bench/commit_counter.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include <fmt/format.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "services/throughline/serving/serve_settings.h"
#include "services/throughline/verb.h"

namespace throughline {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr std::string_view kCounter = "throughline_log_commits_total";
constexpr std::chrono::seconds kPatience{10};
constexpr std::size_t kPageBytesMax = 1024 * 1024;

/// What comes before the other side closes, or in time; nothing where it cannot be reached.
std::string Fetch(const Tcp::endpoint& from, const std::string& host) {
    const std::string request = fmt::format("GET /metrics HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", host);
    std::string page;
    asio::io_context context;
    Tcp::socket socket(context);
    socket.async_connect(from, [&](ErrorCode unreachable) {
        if (unreachable) return;
        asio::async_write(socket, asio::buffer(request), [&](ErrorCode broken, std::size_t) {
            if (broken) return;
            asio::async_read(socket, asio::dynamic_buffer(page, kPageBytesMax), [](ErrorCode, std::size_t) {});
        });
    });
    context.run_for(kPatience);
    return page;
}

}  // namespace

std::optional<std::uint64_t> CommitsIn(std::string_view metrics) {
    while (!metrics.empty()) {
        const std::size_t end = std::min(metrics.find('\n'), metrics.size());
        std::string_view line = metrics.substr(0, end);
        metrics.remove_prefix(std::min(end + 1, metrics.size()));
        if (!line.starts_with(kCounter)) continue;
        line.remove_prefix(kCounter.size());
        if (!line.starts_with(' ') && !line.starts_with('{')) continue;
        line.remove_prefix(std::min(line.rfind(' ') + 1, line.size()));
        double value = 0;
        if (std::from_chars(line.data(), line.data() + line.size(), value).ec == std::errc() && value >= 0) {
            return static_cast<std::uint64_t>(std::llround(value));
        }
    }
    return std::nullopt;
}

absl::StatusOr<std::uint64_t> ReadCommits(const std::string& address) {
    const std::optional<HostPort> where = ParseHostPort(address);
    if (!where) {
        return BadSettings(
            fmt::format("--metrics must be an IP address and a port such as 127.0.0.1:7412, is \"{}\"", address));
    }
    const bool bracketed = where->host.starts_with('[');
    const std::string host = bracketed ? where->host.substr(1, where->host.size() - 2) : where->host;
    ErrorCode bad;
    const auto ip = asio::ip::make_address(host, bad);
    const std::string page = bad ? "" : Fetch(Tcp::endpoint(ip, where->port), address);
    if (page.empty()) {
        return absl::UnavailableError(fmt::format(
            "cannot read metrics at {}: does the server serve them there? It prints where when it starts", address));
    }
    const std::optional<std::uint64_t> commits = CommitsIn(page);
    if (!commits) return absl::UnimplementedError(fmt::format("the metrics at {} have no {}", address, kCounter));
    return *commits;
}

}  // namespace throughline
