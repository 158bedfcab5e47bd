import Foundation
import Sigma
import Testing
import YAML

/// Rules that are not part of the project: `TRAWL_SHARED`, or `../shared` beside the package.
private let sharedRules: String? = {
    let root = (#filePath as NSString).deletingLastPathComponent + "/../.."
    let folders = [ProcessInfo.processInfo.environment["TRAWL_SHARED"], root + "/../shared"]
    return folders.compactMap { $0 }.map { $0 + "/content/sigma" }.first { FileManager.default.fileExists(atPath: $0) }
}()

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
