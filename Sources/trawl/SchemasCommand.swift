import ArgumentParser
import Detections
import Glibc
import Reporting
import Schemas
import Values

/// `trawl schemas FOLDER`
struct SchemasCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schemas",
        abstract:
            "Write the built-in shapes and field mappings to a folder, to be edited and given back with --schemas.",
        discussion: "Files that are there and differ are never written over.")

    @Argument(help: "The folder to write to; it is made if it is not there.", completion: .directory)
    var folder: String

    func validate() throws {
        try GivenName.refuse([folder], "the folder's name", "name the folder to write to")
    }

    func run() throws {
        if mkdir(folder, 0o777) != 0, errno != EEXIST {
            throw Running.fail("\(folder): can't be made: \(SystemError(errno).reason)")
        }
        // All are looked at before one is written.
        var isThere: Set<String> = []
        for file in Schema.builtInFiles {
            let path = "\(folder)/\(file.name)"
            guard access(path, F_OK) == 0 else { continue }
            guard let known = try? ContentText.read(path), known == file.bytes else {
                throw Running.fail(
                    "\(path): is there and differs from the built-in file; nothing was written. "
                        + "Move it away, or name a new folder")
            }
            isThere.insert(file.name)
        }
        for file in Schema.builtInFiles where !isThere.contains(file.name) {
            try Running.writing(to: "\(folder)/\(file.name)") { sink throws(OutputError) in try sink.write(file.bytes) }
        }
        try Running.writing(to: nil) { sink throws(OutputError) in
            for file in Schema.builtInFiles { try sink.write("\(folder)/\(file.name)\n") }
        }
    }
}
