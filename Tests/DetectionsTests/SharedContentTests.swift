import Foundation
import TestSupport
import Testing

@testable import Detections

private let sharedContent = SharedFolder.path("content/escu")

@Suite(.enabled(if: sharedContent != nil, "needs TRAWL_SHARED or ../shared with content/escu"))
struct SharedContentTests {
    @Test("every detection of the content loads, and few risk scores do not add up")
    func loading() throws {
        let content = try #require(sharedContent)
        let contents = DetectionLoader().load([content + "/detections"])
        let files = try FileManager.default.subpathsOfDirectory(atPath: content + "/detections").filter {
            $0.hasSuffix(".yml")
        }
        #expect(contents.detections.count == files.count)
        #expect(contents.ignored.isEmpty)
        #expect(contents.problems.filter { $0.severity != .note } == [])
        #expect(contents.problems.filter { $0.reason.contains("risk_score") }.count <= 6)
        #expect(contents.detections.filter { $0.type == nil || $0.riskScore == nil }.map(\.file) == [])
        #expect(contents.detections.filter { $0.message.isEmpty }.count <= 1)
    }

    @Test("macros, deployments and enrichment of the content load, and most searches over processes compile")
    func pack() throws {
        let content = try #require(sharedContent)
        let pack = DetectionPack(paths: [content + "/detections/endpoint"])
        #expect(pack.problems.filter { $0.severity == .error } == [])
        #expect(pack.folders.macros.count == 1)
        #expect(pack.riskModel.enrichment["T1059"] != nil && pack.riskModel.enrichment["T1021.006"] != nil)
        #expect(DetectionType.allCases.allSatisfy { pack.riskModel.deployments[$0] == Deployment(defaultFor: $0) })
        let processes = pack.entries.filter { $0.detection.search.contains("datamodel=Endpoint.Processes") }
        let compiled = processes.filter { $0.search != nil }
        #expect(compiled.count * 10 > processes.count * 7, "\(compiled.count) of \(processes.count)")
    }
}
