// The pictures of README.md; nothing to print.
use <unit.scad>
use <bar.scad>
use <mounts.scad>

picture = "unit";     // unit, bar, mounts

shell = [0.78, 0.80, 0.82];
front = [0.30, 0.33, 0.37];
mount = [0.88, 0.62, 0.25];

module computer() {
    color([0.15, 0.5, 0.3]) cube([85, 56, 1.4]);
    color("silver") {
        translate([66, 2, 1.4]) cube([22, 16, 13.5]);
        for (y = [29.1, 47]) translate([70, y - 7, 1.4]) cube([18, 14, 16]);
        translate([6.5, -1.3, 1.4]) cube([9, 7.5, 3.2]);
    }
    color([0.2, 0.2, 0.2]) translate([7, 50, 1.4]) cube([51, 5, 8.5]);
    color([0.1, 0.35, 0.6]) translate([0, 0, 18]) cube([65, 56, 1.6]);
    color([0.15, 0.15, 0.15]) translate([20, 22, 19.6]) cube([23, 8, 4]);
}

// As it lies in the lid, its lens at the origin, looking at +z.
module camera() {
    color([0.15, 0.5, 0.3]) translate([-14.4, -12.5, -1]) cube([23.9, 25, 1]);
    color([0.15, 0.15, 0.15]) translate([-4.5, -4.5, 0]) cube([9, 9, 5]);
    color([0.05, 0.05, 0.05]) translate([0, 0, 5]) cylinder(d = 7, h = 2.5, $fn = 40);
    color([0.9, 0.9, 0.85]) translate([9, -8, -2]) rotate([0, 60, 0]) cube([34, 16, 0.4]);
}

module unit() {
    color(shell) unit_box();
    translate([0, 0, 40]) computer();
    translate([42.5, 29, 112]) camera();
    translate([0, 0, 160]) color(front) mirror([0, 0, 1]) mirror([1, 0, 0]) unit_lid();
    translate([42.5, 29, -45]) color(mount) mirror([0, 0, 1]) hinge_plate();
    translate([42.5, 29 - 66, -66]) color(mount) rotate([-90, 0, 0]) tripod();
}

module lamp(d, tint) {
    color(tint) {
        cylinder(d = d, h = d / 2, $fn = 40);
        translate([0, 0, d / 2]) sphere(d = d, $fn = 40);
    }
}

module bar() {
    color(shell) bar_box();
    translate([0, 0, 62]) {
        color(front) mirror([0, 0, 1]) bar_cover();
        for (x = [-90, 90]) translate([x, 0, -2]) lamp(10, [1, 0.6, 0]);
        for (x = [-71, 71]) translate([x, 0, -2]) lamp(10, [0.15, 0.4, 1]);
        translate([-28, 0, -1]) lamp(5, [0.2, 0.8, 0.3]);
        color("silver") translate([0, 0, -1]) cylinder(d = 18, h = 3);
        color("gray") translate([0, 0, 1]) cylinder(d = 12, h = 2);
    }
}

if (picture == "unit") rotate([90, 0, 0]) unit();
if (picture == "bar") rotate([90, 0, 0]) bar();
if (picture == "mounts") color(mount) {
    translate([-95, 0, 0]) hinge_plate();
    translate([-38, 0, 0]) tripod();
    translate([14, 0, 0]) wall_plate();
    translate([80, 0, 0]) rotate(90) rail();
}
