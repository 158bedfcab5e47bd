import Detections
import Pipeline
import Testing

@testable import SPL

@Suite(
    "The content pack",
    .enabled(if: SharedContent.folder != nil, "no content pack beside the package; TRAWL_SHARED names another place"))
struct ContentPackTests {
    private static func outcomes() throws -> [(detection: Detection, result: Result<CompiledSearch, SPLError>)] {
        let folder = try #require(SharedContent.folder)
        let library = try SharedContent.macros(in: folder)
        return SharedContent.detections(in: folder).map { detection in
            do throws(SPLError) {
                return (detection, .success(try SearchCompiler.compile(detection.search, macros: library)))
            } catch {
                return (detection, .failure(error))
            }
        }
    }

    @Test("compiles, or is refused with the name of what is missing")
    func everySearch() throws {
        let outcomes = try Self.outcomes()
        #expect(outcomes.count > 1000)
        var refusals: [String: Int] = [:]
        for case (let detection, .failure(let error)) in outcomes {
            refusals["\(error.reason)", default: 0] += 1
            #expect(error.reason != .syntax, "\(detection.file): \(error)")
            #expect(error.column >= 1 && error.column <= detection.search.unicodeScalars.count + 1)
            #expect(!error.word.isEmpty)
        }
        #expect(
            refusals.values.reduce(0, +) * 3 < outcomes.count,
            "\(refusals.sorted { $0.value > $1.value }.map { "\($0.value) \($0.key)" })")
    }

    @Test("over Endpoint.Processes compiles but for what is not supported")
    func processes() throws {
        var compiled = 0
        var refused: [String: Int] = [:]
        for (detection, result) in try Self.outcomes() {
            guard detection.search.contains("tstats"), detection.search.contains("datamodel=Endpoint.Processes") else {
                continue
            }
            switch result {
            case .success: compiled += 1
            case .failure(let error): refused["\(error.reason)", default: 0] += 1
            }
        }
        #expect(compiled > 320, "\(refused)")
    }

    @Test("says the same when its plan is read back")
    func roundTrip() throws {
        for case (let detection, .success(let search)) in try Self.outcomes() {
            // A test of the index is wrapped anew each time it is read.
            guard !search.plan.filter.fields.contains("index") else { continue }
            #expect(
                try SearchCompiler.compile("search " + search.plan.filter.searchText).plan.filter
                    == search.plan.filter, "\(detection.file)")
        }
    }
}
