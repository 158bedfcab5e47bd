import Detections
import Glibc
import TestSupport
import Testing
import YAML

@testable import SPL

/// The content pack beside the package, if it is there.
enum SharedContent {
    static let folder = SharedFolder.path("content/escu")

    static func detections(in folder: String) -> [Detection] {
        DetectionLoader().load([folder + "/detections"]).detections
    }

    static func macros(in folder: String) throws -> MacroLibrary {
        var library = MacroLibrary()
        for name in names(in: folder + "/macros") where name.hasSuffix(".yml") {
            let stream = try YAMLStream(try #require(read(folder + "/macros/" + name)), file: name)
            for document in stream.documents {
                let macro = try #require(document["name"]?.text)
                let arguments = document["arguments"]?.sequence?.compactMap(\.text) ?? []
                library.define(macro, arguments: arguments, definition: document["definition"]?.text ?? "")
            }
        }
        return library
    }

    static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }

    static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }
}
