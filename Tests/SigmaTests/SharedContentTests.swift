import Foundation
import Sigma
import TestSupport
import Testing
import YAML

private let sharedRules = SharedFolder.path("content/sigma")

@Suite(.enabled(if: sharedRules != nil, "needs TRAWL_SHARED or ../shared with content/sigma"))
struct SharedContentTests {
    @Test("every rule of the content is read and compiled")
    func everyRule() throws {
        let folder = try #require(sharedRules)
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yml") }
        #expect(paths.count > 2_000)
        var placeholders = 0
        for path in paths.sorted() {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path))
            let file = SigmaFile(try YAMLStream(Array(bytes), file: path).documents, file: path)
            #expect(file.failures.map(\.error.description) == [])
            #expect(file.notes.map(\.description) == [])
            for case .rule(let rule) in file.documents {
                do {
                    let compiled = try SigmaCompiler().compile(rule, source: .logsource(rule.logsource.name))
                    let isUsed = compiled.plan.filter.simplified != .constant(false)
                    #expect(isUsed, "\(path) takes nothing")
                } catch {
                    #expect(error.kind == .unsupported && error.reason.contains("placeholder"), "\(error)")
                    placeholders += 1
                }
            }
        }
        #expect(placeholders < 5)
    }
}
