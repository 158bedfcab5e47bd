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
        rules = HuntRule.rules(of: collection, schema: try Schema.builtIn())
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
        let clock = ContinuousClock()
        var at = clock.now
        let pack = DetectionPack(paths: [try #require(SharedFolder.path("content/sigma"))])
        let gated = try GatedRules(pack.sigma, gates: gates)
        #expect(gated.disagreements == [])
        print("load", clock.now - at)
        at = clock.now
        let archive = GeneratedArchive(gated.targets)
        print("make", clock.now - at)
        at = clock.now
        print(
            gated.rules.count, gated.targets.count, archive.rules, archive.lines.count, archive.withoutMatch.count,
            archive.withoutNearMiss.count)
        let hunt = try await GeneratedHunt(gated.rules, over: archive)
        print("hunt", clock.now - at)
        at = clock.now
        let surprises = hunt.surprises(in: archive)
        print(archive.withoutMatch.joined(separator: "\n"))
        print("---")
        print(archive.withoutNearMiss.joined(separator: "\n"))
        print("---", surprises.count)
        print(surprises.prefix(40).joined(separator: "\n"))
        #expect(surprises.isEmpty)
        print("samples", archive.samples.count)
        #expect(hunt.disagreements(in: archive, among: gated.targets).prefix(20) == [])
        print("disagreements", clock.now - at)
        at = clock.now
        let subsets = SubsetHunts(rules: gated.rules, archive: archive, whole: hunt)
        let all = gated.targets.map(\.rule)
        #expect(try await subsets.differences(among: all, sizes: [1, 1, 1, 1, 30, 300], seed: 43) == [])
        print("subsets", clock.now - at)
        at = clock.now
    }
}
