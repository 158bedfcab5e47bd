import Glibc
import Values

/// A folder of schema files, as `trawl schemas` writes it and a user edits it.
extension Schema {
    /// Reads every `.yml` file of a folder; what it lacks is taken from the built-in files of other names.
    /// - Throws: `SchemaError` where the folder or a file in it can't be read or understood.
    public init(folder: String) throws(SchemaError) {
        guard let directory = opendir(folder) else {
            throw SchemaError(file: folder, message: "can't be opened: \(SystemError(errno).reason)")
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                // SAFETY: the name ends with a zero within its field.
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".yml") || name.hasSuffix(".yaml") { names.append(name) }
        }
        guard !names.isEmpty else {
            throw SchemaError(
                file: folder, message: "holds no .yml file; `trawl schemas FOLDER` writes the built-in ones")
        }
        // A file of a built-in one's name takes its place: what others refer to has to be read before them.
        var files = Schema.builtInFiles
        for name in names.sorted() {
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            let file = (name: path, bytes: try Self.read(path))
            if let known = files.firstIndex(where: { $0.name == name }) {
                files[known] = file
            } else {
                files.append(file)
            }
        }
        try self.init(files: files)
    }

    private static func read(_ path: String) throws(SchemaError) -> [UInt8] {
        guard let file = fopen(path, "r") else {
            throw SchemaError(file: path, message: "can't be opened: \(SystemError(errno).reason)")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&block, 1, block.count, file)
            bytes.append(contentsOf: block[..<count])
            if count < block.count { break }
        }
        guard ferror(file) == 0 else { throw SchemaError(file: path, message: "can't be read whole") }
        return bytes
    }
}
