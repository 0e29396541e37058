static void reach(const char *what, int type, const char *ip, int port) {
    struct sockaddr_in a = {AF_INET, htons(port)};
    inet_pton(AF_INET, ip, &a.sin_addr);
    int s = socket(AF_INET, type, 0);
    if (s < 0) return;
    struct timeval soon = {1, 0};
    setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof soon);
    if (reaches(s, &a)) {
        // A datagram socket connects to anything that has a route.
        if (type == SOCK_STREAM || send(s, "x", 1, 0) >= 0) reached(what);
    }
    close(s);
}
int main() {
    int port = atoi(getenv("ATTACK_PORT") ?: "80");
    reach("a port of the host", SOCK_STREAM, "127.0.0.1", port);
    reach("the metadata address", SOCK_STREAM, "169.254.169.254", 80);
    reach("a name server", SOCK_DGRAM, "8.8.8.8", 53);
    reach("a local name server", SOCK_DGRAM, "10.0.0.2", 53);
    reach("an address outside", SOCK_STREAM, "1.1.1.1", 443);
    int families[] = {AF_VSOCK, AF_PACKET, AF_ALG, AF_NETLINK, AF_KEY, AF_BLUETOOTH, AF_CAN, AF_TIPC, AF_XDP, AF_RDS, AF_NFC, AF_IB, AF_KCM, AF_QIPCRTR, AF_SMC};
    int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET};
    for (unsigned f = 0; f < sizeof families / sizeof *families; f++)
        for (int t = 0; t < 4; t++)
            if (socket(families[f], types[t], 0) >= 0) printf("reached socket family %d\n", families[f]);
    must_fail("a raw socket", socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
    must_fail("a raw socket (6)", socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6));
    // The host's abstract sockets.
    struct sockaddr_un a = {AF_UNIX};
    const char *name = getenv("ATTACK_ABSTRACT") ?: "x";
    strncpy(a.sun_path + 1, name, sizeof a.sun_path - 2);
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    must_fail("an abstract socket of the host", s < 0 ? -1 : connect(s, (void *)&a, sizeof(sa_family_t) + 1 + strlen(name)));
    const char *paths[] = {"/var/run/docker.sock", "/run/docker.sock", "/run/systemd/notify", "/dev/log", 0};
    for (const char **path = paths; *path; path++) {
        struct sockaddr_un b = {AF_UNIX};
        strcpy(b.sun_path, *path);
        int s = socket(AF_UNIX, SOCK_STREAM, 0);
        must_fail(*path, s < 0 ? -1 : connect(s, (void *)&b, sizeof b));
    }
    return held();
}
