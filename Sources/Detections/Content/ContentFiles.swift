import Glibc
import Values

/// Reads content files and folders through POSIX calls. The only file of the module that does.
enum ContentFiles {
    /// The most that is read of one file, in bytes.
    static let largestFile = 32 << 20
    /// The same of a table to look things up in: lists of indicators have millions of lines.
    static let largestTable = 512 << 20

    enum Kind { case file, folder, other }

    /// - Throws: `ContentProblem` that says why there is nothing usable at the path.
    static func kind(of path: String) throws(ContentProblem) -> Kind {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure(path, "can't be found") }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        default: return .other
        }
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The same for a path as the system has it.
    private static func isFolder(_ path: [UInt8]) -> Bool {
        var status = stat()
        // SAFETY: the path ends with a NUL, and the system only reads it.
        let failure = (path + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { stat($0.baseAddress!, &status) }
        }
        return failure == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// All bytes of a file or a pipe.
    ///
    /// - Throws: `ContentProblem` where it can't be read, or is larger than `limit` bytes.
    static func read(_ path: String, upTo limit: Int = largestFile) throws(ContentProblem) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, "can't be opened") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        let step = 1 << 16
        while true {
            var count = 0
            var code: Int32 = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: step) { buffer, initialized in
                // SAFETY: the buffer has room for `step` bytes; the kernel fills the first `count` of them.
                repeat { count = Glibc.read(descriptor, buffer.baseAddress, step) } while count < 0 && errno == EINTR
                code = errno
                initialized = max(count, 0)
            }
            guard count >= 0 else {
                errno = code
                throw failure(path, "can't be read")
            }
            if count == 0 { return bytes }
            bytes += chunk
            guard bytes.count <= limit else {
                throw ContentProblem(.error, file: path, reason: "is larger than \(limit >> 20) MiB; split it")
            }
        }
    }

    /// Regular files under a folder, at any depth, in bytewise order of their paths. Hidden entries are left out.
    ///
    /// - Parameters:
    ///   - extensions: without the dot, compared without case.
    ///   - problems: folders that can't be listed are added here, and what can't be read for its name, which is no UTF-8.
    static func files(under folder: String, extensions: Set<String>, problems: inout [ContentProblem]) -> [String] {
        var files: [String] = []
        var visited: Set<FileIdentity> = []
        var pending = [folder]
        while let next = pending.popLast() {
            // A folder reached twice, through a link, is listed once.
            guard let identity = FileIdentity(next), visited.insert(identity).inserted else { continue }
            let entries: [Entry]
            do {
                entries = try self.entries(of: next)
            } catch {
                problems.append(error)
                continue
            }
            for entry in entries where entry.name.first != UInt8(ascii: ".") {
                let bytes = entry.name
                guard let name = FileName.string(bytes) else {
                    let isWanted = extensions.contains { ending in
                        String(decoding: bytes, as: UTF8.self).lowercased().hasSuffix(".\(ending)")
                    }
                    if isWanted || isFolder(Array(next.utf8) + [UInt8(ascii: "/")] + bytes) {
                        problems.append(
                            ContentProblem(
                                .error, file: join(next, FileName.escaped(bytes)),
                                reason: "can't be read, as its name is no UTF-8; rename it"))
                    }
                    continue
                }
                let path = join(next, name)
                let kind = entry.kind ?? (try? kind(of: path))
                if kind == .folder {
                    pending.append(path)
                } else if let dot = name.lastIndex(of: "."),
                    extensions.contains(name[name.index(after: dot)...].lowercased()), kind == .file
                {
                    files.append(path)
                }
            }
        }
        // The bytes once a path, and not once a comparison: there may be thousands.
        return files.map { (path: $0, bytes: Array($0.utf8)) }
            .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
            .map(\.path)
    }

    /// The nearest folder of a name in the folder of a path or in one above it.
    ///
    /// - Returns: `nil` where there is none up to the root.
    static func nearest(_ name: String, from path: String) -> String? {
        guard var folder = absolute(path) else { return nil }
        if !isFolder(folder) { folder = parent(of: folder) }
        while true {
            let candidate = join(folder, name)
            if isFolder(candidate) { return candidate }
            if folder == "/" { return nil }
            folder = parent(of: folder)
        }
    }

    static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The path without links and dots; `nil` where it does not exist.
    static func absolute(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        // SAFETY: `realpath` with no buffer gives a NUL-terminated string that the caller frees.
        return String(cString: resolved)
    }

    private struct Entry {
        var name: [UInt8]
        /// Where the folder itself says it, which saves asking for each of thousands of files; a link leads to anything.
        var kind: Kind?
    }

    private static func entries(of folder: String) throws(ContentProblem) -> [Entry] {
        guard let stream = opendir(folder) else { throw failure(folder, "can't be listed") }
        defer { closedir(stream) }
        var entries: [Entry] = []
        while let entry = readdir(stream) {
            // SAFETY: `d_name` is NUL-terminated and lives until the next call for this stream.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                let bytes = UnsafeRawPointer(pointer)
                return [UInt8](
                    UnsafeRawBufferPointer(start: bytes, count: strlen(bytes.assumingMemoryBound(to: CChar.self))))
            }
            let kind: Kind? =
                switch Int(entry.pointee.d_type) {
                case Int(DT_REG): .file
                case Int(DT_DIR): .folder
                case Int(DT_UNKNOWN), Int(DT_LNK): nil
                default: .other
                }
            entries.append(Entry(name: name, kind: kind))
        }
        return entries
    }

    private static func failure(_ path: String, _ what: String) -> ContentProblem {
        let error = SystemError(errno)
        return ContentProblem(.error, file: path, reason: "\(what): \(error.reason)")
    }
}

/// Which file or folder a path leads to, whatever links it goes through.
struct FileIdentity: Hashable {
    private var device: UInt
    private var node: UInt

    /// `nil` where there is nothing at the path.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt(status.st_dev)
        node = UInt(status.st_ino)
    }
}
