import Detections
import Foundation
import Hunting
import Matching
import Schemas
import Sigma
import TestSupport
import Testing
import YAML

/// Sigma rules, with events of the kinds that a table of gates gives them.
struct GatedRules {
    var rules: [HuntRule]
    var targets: [GeneratedTarget] = []
    /// Rules that the engine and the table of gates do not agree on: whether there are events for them.
    var disagreements: [String] = []

    init(_ collection: SigmaCollection, gates: SigmaGates) throws {
        rules = HuntRule.rules(of: collection, schema: testSchema)
        for (index, rule) in rules.enumerated() {
            guard let logsource = rule.sigma?.logsource else { continue }
            let sources = gates.sources(
                product: logsource.product, category: logsource.category, service: logsource.service)
            if logsource.product == "windows", (rule.sigma?.view == nil) != sources.isEmpty {
                disagreements.append("\(rule.identity.name): \(logsource.name)")
            }
            guard case .compiled(let search) = rule.state, !sources.isEmpty else { continue }
            targets.append(
                GeneratedTarget(
                    rule: index, name: rule.identity.name, condition: search.plan.filter, sources: sources))
        }
    }
}

@Suite("Sigma rules over events made for them", .serialized)
struct GeneratedSigmaTests {
    @Test("events that satisfy an invented rule fire it in every shape, near misses do not")
    func samples() async throws {
        let gates = SigmaGates(
            try #require(try YAMLStream(Array(SampleRules.gates.utf8), file: "gates").documents.first))
        let files = try SampleRules.rules.map { text in
            SigmaFile(try YAMLStream(Array(text.utf8), file: "sample.yml").documents, file: "sample.yml")
        }
        let gated = try GatedRules(SigmaCollection(files), gates: gates)
        #expect(gated.disagreements == [])
        #expect(gated.targets.count == SampleRules.rules.count)
        let archive = GeneratedArchive(gated.targets)
        #expect(archive.rules == SampleRules.rules.count)
        #expect(archive.withoutMatch == [])
        #expect(archive.withoutNearMiss == [])
        let hunt = try await GeneratedHunt(gated.rules, over: archive)
        #expect(hunt.surprises(in: archive).prefix(20) == [])
    }

    @Test(
        "with all shared rules loaded, events that satisfy a rule fire it in every shape, near misses do not",
        .enabled(if: SharedFolder.path("content/sigma") != nil, "no shared rules on this machine"))
    func sharedRules() async throws {
        let file = try #require(SharedFolder.path("sigma-gate.yml"))
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
        let gates = SigmaGates(try #require(try YAMLStream(bytes, file: file).documents.first))
        let pack = DetectionPack(paths: [try #require(SharedFolder.path("content/sigma"))])
        let gated = try GatedRules(pack.sigma, gates: gates)
        #expect(gated.disagreements == [])
        #expect(gated.targets.count > 1_000)
        let archive = GeneratedArchive(gated.targets)
        #expect(archive.rules >= gated.targets.count - 5)
        #expect(archive.withoutMatch.count <= 8, "no events for \(archive.withoutMatch)")
        #expect(archive.withoutNearMiss.count <= 4, "no near misses for \(archive.withoutNearMiss)")
        let hunt = try await GeneratedHunt(gated.rules, over: archive)
        #expect(hunt.surprises(in: archive).prefix(20) == [])
        #expect(hunt.disagreements(in: archive, among: gated.targets).prefix(20) == [])
        let subsets = SubsetHunts(rules: gated.rules, archive: archive, whole: hunt)
        let all = gated.targets.map(\.rule)
        #expect(try await subsets.differences(among: all, sizes: [1, 1, 20, 200], seed: 43) == [])
    }
}
