// Principal coordinate analysis (classical multidimensional scaling): points in the plane whose
// distances are near given ones. Torgerson 1952; Gower 1966.
#ifndef LIGHTLDA_REPORT_PRINCIPAL_COORDINATES_H_
#define LIGHTLDA_REPORT_PRINCIPAL_COORDINATES_H_

#include <array>
#include <span>
#include <vector>

namespace lightlda {

// distances: [n x n], symmetric. Returns [n] points: eigenvector times root of eigenvalue for the
// two largest eigenvalues of -H D^2 H / 2, H = I - 1/n; an axis without a positive eigenvalue is
// 0. The coordinate of largest magnitude of each axis is positive (of equal ones the first), so
// that the same distances give the same map. Up to rounding for 150 points or fewer; beyond that
// the eigenvectors are those that 150 steps of Lanczos find. O(n^2) time per step, O(n^2) memory.
// Pure, thread-safe.
std::vector<std::array<double, 2>> PrincipalCoordinates(std::span<const double> distances);

}  // namespace lightlda

#endif  // LIGHTLDA_REPORT_PRINCIPAL_COORDINATES_H_
