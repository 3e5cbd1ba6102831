#include "serve/metrics.h"

#include <catch2/catch.hpp>

namespace lightlda::serve {
namespace {

bool Has(const std::string& page, const std::string& line) {
  return page.find("\n" + line + "\n") != std::string::npos;
}

TEST_CASE("metrics count requests by code and time", "[serve]") {
  Metrics metrics;
  metrics.CountRequest(200, 0.0005);  // a bound is within its bucket
  metrics.CountRequest(200, 0.003);
  metrics.CountRequest(429, 100);
  metrics.CountReload(true);
  metrics.CountReload(false);
  metrics.CountReload(false);
  metrics.documents += 7;
  const std::string page = metrics.Text(5);
  CHECK(Has(page, "lightlda_requests_total{code=\"200\"} 2"));
  CHECK(Has(page, "lightlda_requests_total{code=\"429\"} 1"));
  CHECK(Has(page, "lightlda_request_seconds_bucket{le=\"0.0005\"} 1"));
  CHECK(Has(page, "lightlda_request_seconds_bucket{le=\"0.0025\"} 1"));
  CHECK(Has(page, "lightlda_request_seconds_bucket{le=\"0.005\"} 2"));
  CHECK(Has(page, "lightlda_request_seconds_bucket{le=\"10\"} 2"));
  CHECK(Has(page, "lightlda_request_seconds_bucket{le=\"+Inf\"} 3"));
  CHECK(Has(page, "lightlda_request_seconds_count 3"));
  CHECK(Has(page, "lightlda_reloads_total{result=\"ok\"} 1"));
  CHECK(Has(page, "lightlda_reloads_total{result=\"failed\"} 2"));
  CHECK(Has(page, "lightlda_documents_total 7"));
  CHECK(Has(page, "lightlda_queue_depth 5"));
}

}  // namespace
}  // namespace lightlda::serve
