// One GET of /metrics, and one line of what comes.
#include "services/throughline/bench/commit_counter.h"

#include <charconv>
#include <cmath>
#include <sstream>

#include <fmt/format.h>
#include <boost/asio/ip/tcp.hpp>

#include "services/throughline/serving/serve_settings.h"
#include "services/throughline/verb.h"

namespace throughline {
namespace {

constexpr std::string_view kCounter = "throughline_log_commits_total";
constexpr std::chrono::seconds kPatience{10};

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
    boost::asio::ip::tcp::iostream stream;
    stream.expires_after(kPatience);
    stream.connect(host, std::to_string(where->port));
    stream << "GET /metrics HTTP/1.1\r\nHost: " << address << "\r\nConnection: close\r\n\r\n" << std::flush;
    std::ostringstream page;
    page << stream.rdbuf();
    if (page.str().empty()) {
        return absl::UnavailableError(fmt::format(
            "cannot read metrics at {}: does the server serve them there? It prints where when it starts", address));
    }
    const std::optional<std::uint64_t> commits = CommitsIn(page.str());
    if (!commits) return absl::UnimplementedError(fmt::format("the metrics at {} have no {}", address, kCounter));
    return *commits;
}

}  // namespace throughline
