internal import CCurl
internal import Foundation
internal import SluiceSDK
internal import Synchronization

/// What libcurl calls on the loop's thread while a transfer runs.
enum CurlCallbacks {
    /// All header lines of one answer; libcurl itself bounds one line to 100 KiB.
    private static let mostHeaderBytes = 256 << 10

    static let body: @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
        bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        let length = size * count
        guard transfer.response.body.count + length <= transfer.request.maxResponseBytes else {
            transfer.isTooLarge = true
            return 0  // Fewer bytes than given: libcurl ends the transfer.
        }
        transfer.response.body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: length))
        return length
    }

    static let header: @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
        bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        let length = size * count
        transfer.headerBytes += length
        guard transfer.headerBytes <= mostHeaderBytes else {
            transfer.isTooLarge = true
            return 0
        }
        transfer.take(header: String(decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self))
        return length
    }

    /// Other than 0 breaks it off.
    static let progress: curl_xferinfo_callback = { context, _, _, _, _ in
        guard let context else { return 1 }
        let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        return transfer.isCancelled.load(ordering: .acquiring) ? 1 : 0
    }

    static let openSocket: curl_opensocket_callback = { context, _, address in
        guard let context, let address = UnsafePointer(address) else { return CURL_SOCKET_BAD }
        let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        let family = address.pointee.family
        if family != AF_UNIX, !transfer.allows(ipAddress(of: address)) {
            return CURL_SOCKET_BAD
        }
        transfer.openedSockets += 1
        let kind = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return socket(family, kind, address.pointee.protocol)
    }

    /// A connection that another request opened is not opened again: its address is checked here.
    static let beforeRequest: curl_prereq_callback = { context, remote, _, _, _ in
        guard let context else { return CURL_PREREQFUNC_ABORT }
        let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        if transfer.request.unixSocketPath != nil { return CURL_PREREQFUNC_OK }
        return transfer.allows(remote.flatMap { IPAddress(String(cString: $0)) })
            ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
    }

    private static func ipAddress(of address: UnsafePointer<curl_sockaddr>) -> IPAddress? {
        // Declared as a sockaddr but followed by room for the larger kinds: read in place, a copy would be cut short.
        guard let start = MemoryLayout<curl_sockaddr>.offset(of: \.addr).map({ UnsafeRawPointer(address) + $0 }) else {
            return nil
        }
        switch address.pointee.family {
        case AF_INET: return ipAddress(start, at: MemoryLayout<sockaddr_in>.offset(of: \.sin_addr), 4)
        case AF_INET6: return ipAddress(start, at: MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr), 16)
        default: return nil
        }
    }

    private static func ipAddress(_ start: UnsafeRawPointer, at offset: Int?, _ count: Int) -> IPAddress? {
        guard let offset else { return nil }
        return IPAddress(bytes: Array(UnsafeRawBufferPointer(start: start + offset, count: count)))
    }
}

extension CurlTransfer {
    func allows(_ address: IPAddress?) -> Bool {
        guard let ranges = request.allowed else { return true }
        if let address, request.allowsPublic && address.isPublic || ranges.contains(where: { $0.contains(address) }) {
            return true
        }
        refusedAddress = address?.description ?? "an unknown kind of address"
        return false
    }

    /// One line with its line break: the status line, a header, or the empty line at the end.
    func take(header line: String) {
        if request.mail != nil || request.files != nil {
            response.lastLine = line.trimmingCharacters(in: .whitespacesAndNewlines)
            return
        }
        if line.hasPrefix("HTTP/") {
            // An interim answer (100, 103) was not the answer.
            response.headers = []
            response.body = []
            return
        }
        guard let colon = line.firstIndex(of: ":") else { return }
        let value = line[line.index(after: colon)...]
        response.headers.append((line[..<colon].lowercased(), value.trimmingCharacters(in: .whitespacesAndNewlines)))
    }
}
