import Glibc
import Values

/// A file that is written whole or not at all: what is written goes to a temporary file in the same folder, which takes
/// the name only in `commit()`. A file that is released uncommitted leaves nothing behind.
///
/// What is no regular file (`/dev/null`, a FIFO, a terminal) and the process's own descriptors (`/dev/stdout`,
/// `/dev/fd/3`) are written directly.
public final class OutputFile {
    /// Takes what is to be in the file; `commit()` flushes it.
    public let output: Output
    private let descriptor: Int32
    /// `nil` where the destination is written directly.
    private let replacement: Replacement?
    private var isOpen = true

    private struct Replacement {
        var temporary: String
        var folder: String
        /// Where a link leads to: the link itself stays.
        var target: String
    }

    /// Opens the destination. An existing file keeps its permissions (and its owner where that is allowed); a new one gets
    /// what the umask leaves.
    public init(path: String) throws(OutputError) {
        if let own = Self.ownDescriptor(path) {
            descriptor = fcntl(own, F_DUPFD_CLOEXEC, 0)
            guard descriptor >= 0 else {
                throw .cannotCreate(
                    path: path, reason: SystemError(errno).reason, remedy: "open it before or name a file")
            }
            replacement = nil
        } else {
            var existing = stat()
            let exists = stat(path, &existing) == 0
            // Better said now than after the hunt, when the file is to get its name.
            guard exists || errno == ENOENT && !path.isEmpty else {
                throw .cannotCreate(path: path, reason: SystemError(errno).reason, remedy: "choose another name")
            }
            let kind = existing.st_mode & S_IFMT
            if exists && kind == S_IFDIR || path.hasSuffix("/") { throw .isDirectory(path: path) }
            if exists && kind != S_IFREG {
                descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
                guard descriptor >= 0 else {
                    throw .cannotCreate(path: path, reason: SystemError(errno).reason, remedy: "check its permissions")
                }
                replacement = nil
            } else {
                let opened = try Self.openTemporary(path: path, existing: exists ? existing : nil)
                descriptor = opened.descriptor
                replacement = opened.replacement
            }
        }
        output = Output(descriptor: descriptor, name: path)
    }

    deinit {
        guard isOpen else { return }
        close(descriptor)
        if let replacement { unlink(replacement.temporary) }
    }

    /// Flushes, has the bytes on the disk and only then gives the file its name. To be called once, as the last thing.
    public func commit() throws(OutputError) {
        try output.flush()
        guard let replacement else { return }
        // Some file systems cannot sync and say EINVAL; they promise nothing that could be waited for.
        if fsync(descriptor) != 0 && errno != EINVAL && errno != ENOTSUP { throw failure(errno) }
        guard rename(replacement.temporary, replacement.target) == 0 else { throw failure(errno) }
        isOpen = false
        close(descriptor)
        // The new name itself is on disk only when the folder is; where that cannot be had, the content is safe anyway.
        let folder = open(replacement.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    private func failure(_ code: Int32) -> OutputError {
        code == ENOSPC || code == EDQUOT
            ? .noSpace(destination: output.name)
            : .cannotWrite(destination: output.name, reason: SystemError(code).reason)
    }

    private static func openTemporary(
        path: String, existing: stat?
    ) throws(OutputError) -> (descriptor: Int32, replacement: Replacement) {
        if existing != nil && access(path, W_OK) != 0 {
            throw .cannotCreate(
                path: path, reason: SystemError(errno).reason, remedy: "make it writable or choose another name")
        }
        let target = existing == nil ? linked(path) : resolved(path)
        let folder = target.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(target[...$0]) } ?? "./"
        // The name is short and its own, so that a long destination does not pass the limit; a clash tries the next number.
        for attempt in 0..<100 {
            let temporary = "\(folder).trawl-\(getpid())-\(attempt).partial"
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if descriptor >= 0 {
                if let existing {
                    // The owner first: changing it clears permission bits. Only root may, and nobody else need.
                    _ = fchown(descriptor, existing.st_uid, existing.st_gid)
                    _ = fchmod(descriptor, existing.st_mode & 0o7777)
                }
                return (descriptor, Replacement(temporary: temporary, folder: folder, target: target))
            }
            if errno != EEXIST { break }
        }
        let code = errno
        if code == ENOSPC || code == EDQUOT { throw .noSpace(destination: path) }
        throw .cannotCreate(
            path: path, reason: SystemError(code).reason,
            remedy: code == ENOENT ? "make its folder first" : "check the permissions of its folder")
    }

    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// Where links lead to that lead to no file yet, as a shell would make it there.
    private static func linked(_ path: String) -> String {
        var path = path
        // As many links as Linux follows (path_resolution(7)).
        for _ in 0..<40 {
            // SAFETY: at most as many bytes are written as there is room for, and as many are read as were written.
            let link = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer -> String? in
                let length = readlink(path, buffer.baseAddress!, buffer.count)
                guard length > 0 else { return nil }
                return String(decoding: UnsafeRawBufferPointer(buffer).prefix(length), as: UTF8.self)
            }
            guard let link else { break }
            let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[...$0] } ?? ""
            path = link.hasPrefix("/") ? link : folder + link
        }
        return path
    }

    /// The descriptor that a name stands for: opening the name anew would start at the beginning of a redirected file.
    private static func ownDescriptor(_ path: String) -> Int32? {
        switch path {
        case "-", "/dev/stdout": return STDOUT_FILENO
        case "/dev/stderr": return STDERR_FILENO
        default:
            for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
                return Int32(path.dropFirst(folder.count))
            }
            return nil
        }
    }
}
