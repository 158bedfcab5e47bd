import Foundation

/// A text file of sections, each behind a line `# name`; a name may come several times. Empty lines are left out.
struct SectionedFile {
    private var sections: [(name: String, lines: [String])] = []

    /// Why a file says nothing: a test over it would pass whatever is found.
    struct Malformed: Error {
        var file: String
        var reason: String
    }

    /// - Parameters:
    ///   - required: the names of sections that the file must have.
    ///   - optional: those of sections that it may have besides.
    init(_ file: String, required: Set<String>, optional: Set<String> = []) throws {
        for line in try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init) {
            if line.hasPrefix("# ") {
                sections.append((String(line.dropFirst(2)), []))
            } else if sections.isEmpty {
                throw Malformed(file: file, reason: "begins with no section")
            } else {
                sections[sections.count - 1].lines.append(line)
            }
        }
        let names = Set(sections.map(\.name))
        guard names.isSuperset(of: required), names.isSubset(of: required.union(optional)) else {
            throw Malformed(file: file, reason: "has the sections \(names.sorted()), not \(required.sorted())")
        }
    }

    /// The lines of each section of a name.
    func parts(_ name: String) -> [[String]] { sections.filter { $0.name == name }.map(\.lines) }

    /// The lines of all sections of a name.
    func lines(_ name: String) -> [String] { parts(name).flatMap(\.self) }
}

/// The text files of a folder beside this one.
///
/// - Throws: where there are none, as a test over no file would pass.
func files(_ folder: String) throws -> [String] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(folder).path
    let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".txt") }.sorted()
    if names.isEmpty { throw SectionedFile.Malformed(file: path, reason: "has no text files") }
    return names.map { path + "/" + $0 }
}
